// Package authorization is a dated snapshot of the AWS Service Authorization Reference: which actions exist, which
// condition keys and resource types each carries, and of what type a key is.
//
// Policies are checked against it, and guardrails derive from it the actions that carry a key. Refresh it with
//
//	go run ./tools/authorization
//
// and read the diff: one line is one action, key or resource type.
package authorization
