package language

import "slices"

// Status is the outcome of a rule or a check.
type Status int

// A rule is skipped when there is nothing that it applies to.
const (
	Skip Status = iota
	Pass
	Fail
)

func (s Status) String() string { return [...]string{"skip", "pass", "fail"}[s] }

// Result is the outcome of one rule.
type Result struct {
	Rule   string
	Status Status
	// Findings are the checks that failed; none unless Status is Fail.
	Findings []Finding
}

// Finding is one failed check.
type Finding struct {
	// Path leads from the top of the document to the value that is wrong, or to the last one there is on the way to a
	// value that is missing. It is empty when the check is about the document.
	Path    []string
	Message string
}

// Evaluate checks a document, decoded by encoding/json with UseNumber, and returns a result for each rule of the file.
func (f *File) Evaluate(document any) []Result {
	top := newScope(nil, &node{data: document}, f.lets)
	results := make([]Result, 0, len(f.rules))
	for _, r := range f.rules {
		result := Result{Rule: r.name}
		if status, _ := top.conjunction(r.when); r.when == nil || status == Pass {
			result.Status, result.Findings = newScope(top, top.value, r.body.lets).conjunction(r.body.clauses)
		}
		results = append(results, result)
	}
	return results
}

// scope is a value and the variables that are declared for it.
type scope struct {
	outer *scope
	value *node
	lets  []let
	found map[string][]found
}

func newScope(outer *scope, value *node, lets []let) *scope {
	return &scope{outer: outer, value: value, lets: lets, found: map[string][]found{}}
}

// conjunction evaluates groups of alternatives, all of which must hold.
func (s *scope) conjunction(all conjunction) (Status, []Finding) {
	status := Skip
	var findings []Finding
	for _, group := range all {
		one, wrong := s.alternatives(group)
		status = max(status, one)
		findings = append(findings, wrong...)
	}
	return status, findings
}

// alternatives evaluates clauses, one of which must pass. When none does, the first finding with a message stands for
// all of them.
func (s *scope) alternatives(group []clause) (Status, []Finding) {
	status := Skip
	var findings []Finding
	for _, c := range group {
		one, wrong := s.clause(c)
		if one == Pass {
			return Pass, nil
		}
		status = max(status, one)
		findings = append(findings, wrong...)
	}
	if len(group) > 1 && len(findings) > 1 {
		i := max(0, slices.IndexFunc(findings, func(f Finding) bool { return f.Message != "" }))
		findings = findings[i : i+1]
	}
	return status, findings
}

func (s *scope) clause(c clause) (Status, []Finding) {
	switch {
	case c.query == nil:
		if status, _ := s.conjunction(c.when); status != Pass {
			return Skip, nil
		}
		return newScope(s, s.value, c.body.lets).conjunction(c.body.clauses)
	case c.body != nil:
		return s.each(c)
	default:
		return s.check(c)
	}
}

// each evaluates the clause's block for every value that its query finds.
func (s *scope) each(c clause) (Status, []Finding) {
	message := ""
	if all := c.body.messages(); len(all) > 0 {
		message = all[0]
	}
	return summary(c.some, s.query(c.query), func(f found) (Status, []Finding) {
		if f.missing {
			return Fail, []Finding{{f.node.path(), message}}
		}
		return newScope(s, f.node, c.body.lets).conjunction(c.body.clauses)
	})
}

// check evaluates a clause without a block.
func (s *scope) check(c clause) (Status, []Finding) {
	values := s.query(c.query)
	if c.operator == empty && c.query.selects() && len(values) == 0 {
		if c.negated {
			return Fail, []Finding{{s.value.path(), c.message}}
		}
		return Pass, nil
	}
	var right literal
	switch {
	case c.right != nil:
		right = *c.right
	case c.variable != "":
		right = s.operand(c.variable)
	}
	return summary(c.some, values, func(f found) (Status, []Finding) {
		if holds(c, f, right) {
			return Pass, nil
		}
		return Fail, []Finding{{f.node.path(), c.message}}
	})
}

// summary combines the outcomes for all values, or, with some, for any of them.
func summary(some bool, values []found, outcome func(found) (Status, []Finding)) (Status, []Finding) {
	status := Skip
	var findings []Finding
	for _, v := range values {
		one, wrong := outcome(v)
		if some && one == Pass {
			return Pass, nil
		}
		status = max(status, one)
		findings = append(findings, wrong...)
	}
	return status, findings
}
