package decisions

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy/authorization"
)

// Mutant is a policy document of the own environment with one fault. A row must notice it, or the statement does nothing
// that anybody asked for.
type Mutant struct {
	// Set is the name under which the simulator knows the unspoilt document.
	Set string
	// Sid of the statement and what was done to it.
	Sid, Fault string
	spoilt     inventory.Document
	actions    map[string]bool // that the statement is about; nil for all
}

func (m Mutant) String() string { return m.Set + " " + m.Sid + ": " + m.Fault }

// negations of the operators that our policies use.
var negations = map[string]string{
	"StringEquals": "StringNotEquals", "StringLike": "StringNotLike", "ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike",
	"IpAddress": "NotIpAddress", "NumericGreaterThan": "NumericLessThanEquals", "NumericLessThan": "NumericGreaterThanEquals",
}

// Mutants returns every single fault in the policies of the own environment and of the shared services: a statement
// dropped, a condition dropped, an operator turned round, a resource of an allow widened to all.
func (w World) Mutants() []Mutant {
	docs := documents(w.Own)
	maps.Copy(docs, documents(w.Shared))
	return mutantsIn(docs)
}

// OrganizationMutants returns every single fault in the organisation's policies.
func (w World) OrganizationMutants() []Mutant {
	docs := map[string]inventory.Document{}
	for _, d := range append(slices.Clone(w.Organization), w.ResourceControl...) {
		docs[d.Name] = d
	}
	return mutantsIn(docs)
}

func mutantsIn(docs map[string]inventory.Document) []Mutant {
	var all []Mutant
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		if docs[name].JSON != nil {
			all = append(all, mutantsOf(name, docs[name])...)
		}
	}
	return all
}

func mutantsOf(set string, d inventory.Document) []Mutant {
	parsed := parseDocument(d)
	var all []Mutant
	for i, statement := range parsed.Statement {
		add := func(fault string, change func(statements []map[string]any) []map[string]any) {
			copied := parseDocument(d)
			copied.Statement = change(copied.Statement)
			text, err := json.Marshal(copied)
			if err != nil {
				panic(err) // it was JSON before
			}
			all = append(all, Mutant{
				Set: set, Sid: fmt.Sprint(statement["Sid"]), Fault: fault, actions: meant(statement),
				spoilt: inventory.Document{Name: d.Name, JSON: text},
			})
		}
		add("dropped", func(s []map[string]any) []map[string]any { return slices.Delete(s, i, i+1) })
		if resource, ok := statement["Resource"]; ok && statement["Effect"] == "Allow" && fmt.Sprint(resource) != "*" {
			add("resource widened", func(s []map[string]any) []map[string]any { s[i]["Resource"] = "*"; return s })
		}
		conditions, _ := statement["Condition"].(map[string]any)
		for _, operator := range slices.Sorted(maps.Keys(conditions)) {
			for _, key := range slices.Sorted(maps.Keys(conditions[operator].(map[string]any))) {
				add("without "+operator+" "+key, func(s []map[string]any) []map[string]any {
					turn(s[i], operator, "", key)
					return s
				})
				if turned := negated(operator); turned != "" {
					add(operator+" "+key+" turned to "+turned, func(s []map[string]any) []map[string]any {
						turn(s[i], operator, turned, key)
						return s
					})
				}
			}
		}
	}
	return all
}

type parsedDocument struct {
	Version   string
	Statement []map[string]any
}

func parseDocument(d inventory.Document) parsedDocument {
	var parsed parsedDocument
	if err := json.Unmarshal(d.JSON, &parsed); err != nil {
		panic(err) // a resolved document is valid
	}
	return parsed
}

// turn moves the key from one operator to another, or away.
func turn(statement map[string]any, from, to, key string) {
	conditions := statement["Condition"].(map[string]any)
	keys := conditions[from].(map[string]any)
	value := keys[key]
	delete(keys, key)
	if len(keys) == 0 {
		delete(conditions, from)
	}
	if to != "" {
		target, ok := conditions[to].(map[string]any)
		if !ok {
			target = map[string]any{}
			conditions[to] = target
		}
		target[key] = value
	}
	if len(conditions) == 0 {
		delete(statement, "Condition")
	}
}

// negated returns the operator with the opposite meaning, empty for one whose values turn instead.
func negated(operator string) string {
	set, name, isSet := strings.Cut(operator, ":")
	if !isSet {
		set, name = "", operator
	} else {
		set += ":"
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	suffix := ""
	if ifExists {
		suffix = "IfExists"
	}
	for positive, negative := range negations {
		switch name {
		case positive:
			return set + negative + suffix
		case negative:
			return set + positive + suffix
		}
	}
	return ""
}

// meant are the actions of a statement, nil for one that names those it leaves out.
func meant(statement map[string]any) map[string]bool {
	patterns, ok := statement["Action"]
	if !ok {
		return nil
	}
	list, isList := patterns.([]any)
	if !isList {
		list = []any{patterns}
	}
	actions := map[string]bool{}
	for _, pattern := range list {
		if pattern == "*" {
			return nil
		}
		for _, a := range authorization.Expand(fmt.Sprint(pattern)) {
			actions[a.Name] = true
		}
	}
	return actions
}

// chunk is how many requests are asked before looking whether one of them has noticed.
const chunk = 32

// Notice asks the simulator about the requests that could notice the mutant, and returns the first outcome whose
// outcome it changes, nil if it survives. The outcomes are those of the unspoilt policies.
func (m Mutant) Notice(s *Simulator, number int, outcomes []Outcome) (*Outcome, error) {
	name := fmt.Sprintf("mutant %d", number)
	if err := s.Define(name, []inventory.Document{m.spoilt}); err != nil {
		return nil, err
	}
	var candidates []Outcome
	for _, o := range outcomes {
		if m.actions == nil || m.actions[o.Query.Action] {
			if q, uses := replaced(o.Query, m.Set, name); uses {
				o.Query = q
				candidates = append(candidates, o)
			}
		}
	}
	for part := range slices.Chunk(candidates, chunk) {
		spoilt, err := decide(s, part)
		if err != nil {
			return nil, err
		}
		for i := range part {
			if spoilt[i].Error == "" && noticed(part[i], spoilt[i]) {
				return &part[i], nil
			}
		}
	}
	return nil, nil
}

// noticed tells whether a test would fail over the outcome: it is not the expected one any more, or other controls refuse
// a hand-written row's request than those on record.
func noticed(before, after Outcome) bool {
	if before.AsExpected() != after.AsExpected() {
		return true
	}
	return before.Row.ID != generatedID && !slices.Equal(before.depth(), after.depth())
}

// replaced puts the mutant in the place of the document, and tells whether the query uses the document at all.
func replaced(q Query, set, mutant string) (Query, bool) {
	uses := false
	replace := func(names []string) []string {
		out := slices.Clone(names)
		for i, name := range out {
			if name == set {
				out[i], uses = mutant, true
			}
		}
		return out
	}
	q.Identity, q.Boundary, q.Endpoint = replace(q.Identity), replace(q.Boundary), replace(q.Endpoint)
	q.Organization, q.ResourceControl = replace(q.Organization), replace(q.ResourceControl)
	if q.ResourcePolicy == set {
		q.ResourcePolicy, uses = mutant, true
	}
	return q, uses
}
