// Package validation lets the CDK check every synthesized template with the rules of package guard, beside the CDK's own
// rules. It is apart from package guard because it needs jsii.
package validation
