package judges

import (
	"maps"
	"slices"

	"github.com/secureml/environments/judges/acknowledgement"
)

// Findings about the answers themselves.
const (
	answersJudge = "acknowledgements"
	staleRule    = "stale"
	brokenRule   = "malformed"
)

// answers are the acknowledgements of a template, rule by rule.
type answers []*answered

type answered struct {
	logicalID, rule, reason string
	used                    bool
}

// acknowledged collects a template's acknowledgements, and reports those that cannot be read.
func acknowledged(t Template) (answers, []Finding) {
	var all answers
	var problems []Finding
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		read, err := acknowledgement.Read(t.Resources[id].Metadata)
		if err != nil {
			problems = append(problems, Finding{
				Judge: answersJudge, Template: t.Name, Rule: brokenRule, Severity: "ERROR", LogicalID: id, Message: err.Error(),
			})
		}
		for _, a := range read {
			for _, rule := range a.Rules {
				all = append(all, &answered{logicalID: id, rule: rule, reason: a.Reason})
			}
		}
	}
	return all, problems
}

// find returns the reason beside the finding's resource.
func (all answers) find(f Finding) (reason string, ok bool) {
	for _, a := range all {
		if a.logicalID == f.LogicalID && acknowledgement.Names(a.rule, f.Rule) {
			a.used, reason, ok = true, a.reason, true
		}
	}
	return reason, ok
}

// stale reports the acknowledgements that answered nothing.
func (all answers) stale(t Template) []Finding {
	var findings []Finding
	for _, a := range all {
		if !a.used {
			findings = append(findings, Finding{
				Judge: answersJudge, Template: t.Name, Rule: staleRule, Severity: "ERROR", LogicalID: a.logicalID,
				Message: a.rule + " is acknowledged, and no judge reports it here any more; remove the acknowledgement",
			})
		}
	}
	return findings
}
