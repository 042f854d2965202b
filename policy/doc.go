// Package policy holds IAM policy documents as plain Go values: statements, conditions, rendering to JSON,
// packing into documents under the service's size limits, and a check of every action, condition key and
// resource scope against the authorization reference (package authorization).
//
// A policy is data here. The same value is rendered into a template, written as an organisation policy, or
// handed to a simulator; nothing is written by hand twice.
package policy
