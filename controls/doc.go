// Package controls is the catalogue of guardrails. A control is declared once, as data: what it demands of a request
// or a resource, why, and which requirement it serves. Everything else is derived from the declaration: identity
// denies, the permissions boundary, bucket, key, endpoint, repository and trust policies, the Guard rules' ids,
// documentation and test cases. Condition keys are written in this package and nowhere else.
//
// How to find a control: every statement id and every Guard rule begins with the control's id (NET-01 becomes NET01),
// so searching for the id in this folder, in guard/ or in a template leads from one to the other.
//
// Files: control.go and rule.go define what a control is; network.go, encryption.go, isolation.go, workbench.go,
// governance.go, cost.go and supply.go declare them by family; persona.go and grants*.go say who may do what at all;
// documents.go assembles the policies of an environment, shared.go and shared_policies.go those of the shared services.
package controls
