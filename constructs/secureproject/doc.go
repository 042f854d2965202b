// Package secureproject holds the level-3 construct SecureProjectEnvironment: one isolated machine-learning
// environment of a project, with its network, keys, buckets, registries, roles and records.
//
// environment.go is the table of contents; each part has a file of its own. What a part allows and denies stands in
// package controls, what is built and why in package plan.
//
// The construct works with literals and with CloudFormation parameters, and has no file assets, so the same code is a
// stack of a CDK app and the template of a Service Catalog product. It passes whole documents and whole properties to
// the CDK, because every call crosses a process boundary.
package secureproject
