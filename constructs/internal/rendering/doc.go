// Package rendering is the thin layer between our plain Go values and the pointers and tokens of the CDK that all
// constructs share: tags, policies, log groups, VPCs.
package rendering
