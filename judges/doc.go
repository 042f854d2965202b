// Package judges lets programs that we did not write judge synthesized templates, and tells which of their findings have
// no answer.
//
// A Judge is one such program: cfnlint.go, cloudformation.go, cfnguard.go, cdknag.go. All judge templates only, so what
// they say holds for what is deployed, whatever made it. How each is installed and pinned stands in tools/judges and
// tools/nag; a judge that is not installed says so.
//
// A finding is answered in one of two places. What is right for one resource is acknowledged in the resource's metadata
// by the construct that makes it (package acknowledgement). What a rule gets wrong for a whole class is acknowledged once,
// in classes.go. An acknowledgement that answers no finding any more is itself a finding.
//
// Verdicts without open findings are kept by content (Cache), so that unchanged templates cost nothing.
package judges
