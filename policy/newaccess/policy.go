package newaccess

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/policy"
)

// Policy is a set of documents that are evaluated together, such as all identity policies of a role. The zero value
// allows and denies nothing.
type Policy struct {
	statements []statement
}

// statement is a set of requests and what becomes of them.
type statement struct {
	document, sid string
	effect        policy.Effect
	actions       actions
	predicates    []*predicate
}

// ErrNoPolicy is the error for a value that is no policy document, for example one that is an unresolved reference.
var ErrNoPolicy = errors.New("not a policy document")

// Add adds a document in the form that a template holds it: maps, lists, texts, or the text of its JSON. The name is for
// reports. It fails, with nothing added, when the value is no policy document.
func (p *Policy) Add(name string, document any) error {
	if text, ok := document.(string); ok {
		var decoded any
		if err := json.Unmarshal([]byte(text), &decoded); err != nil {
			return fmt.Errorf("%s: %w", name, ErrNoPolicy)
		}
		document = decoded
	}
	body, _ := document.(map[string]any)
	list, isList := body["Statement"].([]any)
	if one, ok := body["Statement"].(map[string]any); ok {
		list, isList = []any{one}, true
	}
	if !isList {
		return fmt.Errorf("%s: %w", name, ErrNoPolicy)
	}
	var all []statement
	for i, member := range list {
		s, ok := newStatement(member)
		if !ok {
			return fmt.Errorf("%s: statement %d: %w", name, i, ErrNoPolicy)
		}
		s.document = name
		if s.sid == "" {
			s.sid = fmt.Sprint(i)
		}
		all = append(all, s)
	}
	p.statements = append(p.statements, all...)
	return nil
}

// AllowedPrincipals returns the principals that the policy's allows name, each as AWS:111122223333:arn,
// Service:sagemaker.amazonaws.com or Federated:arn; * is everybody. A statement that leaves principals out admits
// everybody else, and counts as *.
func (p Policy) AllowedPrincipals() []string {
	found := map[string]bool{}
	for _, s := range p.statements {
		if s.effect == policy.Allow {
			for _, name := range s.principals() {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Sids returns the ids of the statements, of those without one their number.
func (p Policy) Sids() []string {
	var all []string
	for _, s := range p.statements {
		all = append(all, s.sid)
	}
	return all
}

func (s statement) principals() []string {
	p := s.predicates[0]
	if p.negated {
		return []string{everybody}
	}
	return strings.Split(p.id, "\n")[1:]
}

const (
	resourceDimension  = "resource"
	principalDimension = "principal"
	everybody          = "*"
)

func newStatement(value any) (statement, bool) {
	body, ok := value.(map[string]any)
	if !ok {
		return statement{}, false
	}
	s := statement{effect: policy.Effect(fmt.Sprint(body["Effect"]))}
	s.sid, _ = body["Sid"].(string)
	if s.effect != policy.Allow && s.effect != policy.Deny {
		return statement{}, false
	}
	s.actions = newActions(body["Action"], body["NotAction"])
	s.predicates = []*predicate{
		newPrincipal(body["Principal"], body["NotPrincipal"], s.effect),
		newResource(body["Resource"], body["NotResource"]),
	}
	conditions, _ := body["Condition"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		keys, isMap := conditions[name].(map[string]any)
		if !isMap {
			s.predicates = append(s.predicates, opaqueCondition(name, "", conditions[name]))
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			s.predicates = append(s.predicates, newCondition(name, k, keys[k]))
		}
	}
	return s, true
}

// newResource reads Resource or NotResource; a statement without either is about whatever carries the policy.
func newResource(yes, not any) *predicate {
	if yes == nil && not == nil {
		return newElement(resourceDimension, []string{"*"}, false)
	}
	if not != nil {
		return newElement(resourceDimension, elements(not), true)
	}
	return newElement(resourceDimension, elements(yes), false)
}

// newElement makes the predicate of a list of patterns. An exclusion of a policy variable cannot be looked into.
func newElement(dimension string, patterns []string, negated bool) *predicate {
	patterns = slices.Compact(slices.Sorted(slices.Values(patterns)))
	p := &predicate{dimension: dimension, domain: texts, negated: negated, language: newLanguage(patterns, style{})}
	p.id = fmt.Sprintf("%s %t\n%s", dimension, negated, strings.Join(patterns, "\n"))
	if negated && p.language.variables {
		p.dimension, p.domain = p.id, opaque
	}
	return p
}

// elements reads one text or a list of them. What is no text, such as an unresolved reference, becomes a variable: a
// text that nobody knows.
func elements(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var all []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			all = append(all, text)
		} else {
			all = append(all, "${"+strings.ReplaceAll(canonical(v), "}", ")")+"}")
		}
	}
	return all
}

// newPrincipal reads Principal or NotPrincipal; an identity policy has neither.
//
// The root of an account in an allow only delegates: the account's own policies decide. So it is a principal of its own
// there, which does not cover a role that is named; in a deny it is everybody in the account.
func newPrincipal(yes, not any, effect policy.Effect) *predicate {
	value, negated := yes, false
	if not != nil {
		value, negated = not, true
	}
	var names []string
	switch v := value.(type) {
	case nil, string:
		names = []string{everybody}
	case map[string]any:
		for _, kind := range slices.Sorted(maps.Keys(v)) {
			for _, name := range elements(v[kind]) {
				names = append(names, principal(kind, name, effect))
			}
		}
	default:
		names = elements(v)
	}
	return newElement(principalDimension, names, negated)
}

func principal(kind, name string, effect policy.Effect) string {
	if kind != "AWS" {
		return kind + ":" + name
	}
	if name == everybody {
		return everybody
	}
	parts := strings.Split(name, ":")
	switch {
	case len(parts) == 1:
		return "AWS:" + parts[0] + ":" + rootOf(effect)
	case len(parts) == 6 && parts[5] == "root":
		return "AWS:" + parts[4] + ":" + rootOf(effect)
	case len(parts) >= 6:
		return "AWS:" + parts[4] + ":" + name
	}
	return "AWS::" + name
}

func rootOf(effect policy.Effect) string {
	if effect == policy.Deny {
		return "*"
	}
	return "root"
}
