package policy

import (
	"encoding/json"
	"maps"
	"slices"
)

// Version is the policy language version of every document. Older versions lack policy variables.
const Version = "2012-10-17"

// Effect of a statement.
type Effect string

// The two effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement of a policy document. Its strings may hold CDK tokens; nothing here looks into them.
type Statement struct {
	// Sid is the statement id: letters and digits. Ours begin with the id of the control that caused the statement,
	// without its hyphen, so that a reader of a template finds the declaration: NET01SubnetsForeign is control NET-01.
	Sid    string
	Effect Effect
	// Principal is set in resource and trust policies only.
	Principal Principal
	// Actions or NotActions; exactly one of them.
	Actions    []string
	NotActions []string
	// Resources or NotResources; none in a trust policy.
	Resources    []string
	NotResources []string
	// Conditions are AND-ed.
	Conditions []Condition
}

// Principal of a resource or trust policy. The zero value is no principal.
type Principal struct {
	// Any is the principal "*". It includes anonymous callers unless a condition excludes them.
	Any bool
	// AWS principals: account root, role or user ARNs.
	AWS []string
	// Services are service principals such as sagemaker.amazonaws.com.
	Services []string
	// Federated principals: ARNs of SAML or OIDC providers.
	Federated []string
}

// Condition is one operator applied to one key. The values are OR-ed (AND-ed for negated operators).
type Condition struct {
	Operator string
	Key      string
	Values   []string
}

// Document is an ordered list of statements.
type Document struct {
	Statements []Statement
}

// Render returns the document in the form that a CloudFormation property takes: maps, slices and strings. Lists
// of one value become plain values, as AWS itself stores them, which also saves characters.
func (d Document) Render() map[string]any {
	statements := make([]any, len(d.Statements))
	for i, s := range d.Statements {
		statements[i] = s.render()
	}
	return map[string]any{"Version": Version, "Statement": statements}
}

// JSON returns the rendered document without white space; IAM's limits do not count white space.
func (d Document) JSON() string {
	return mustJSON(d.Render())
}

func (s Statement) render() map[string]any {
	out := map[string]any{"Effect": string(s.Effect)}
	if s.Sid != "" {
		out["Sid"] = s.Sid
	}
	if p := s.Principal.render(); p != nil {
		out["Principal"] = p
	}
	for name, values := range map[string][]string{
		"Action": s.Actions, "NotAction": s.NotActions, "Resource": s.Resources, "NotResource": s.NotResources,
	} {
		if len(values) > 0 {
			out[name] = oneOrMany(values)
		}
	}
	if len(s.Conditions) > 0 {
		operators := map[string]any{}
		for _, c := range s.Conditions {
			keys, ok := operators[c.Operator].(map[string]any)
			if !ok {
				keys = map[string]any{}
				operators[c.Operator] = keys
			}
			keys[c.Key] = oneOrMany(c.Values)
		}
		out["Condition"] = operators
	}
	return out
}

func (p Principal) render() any {
	if p.Any {
		return "*"
	}
	out := map[string]any{}
	for name, values := range map[string][]string{"AWS": p.AWS, "Service": p.Services, "Federated": p.Federated} {
		if len(values) > 0 {
			out[name] = oneOrMany(values)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func oneOrMany(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// mustJSON marshals values that are made of maps, slices and strings only, which cannot fail.
func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Sorted returns the distinct values in order.
func Sorted(values ...string) []string {
	set := map[string]bool{}
	for _, v := range values {
		set[v] = true
	}
	return slices.Sorted(maps.Keys(set))
}
