package newaccess_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/secureml/environments/policy/newaccess"
)

// The oracle decides every request of a small world, one by one, straight from the rules of IAM. It shares nothing with
// the package but the documents.

type outcome int

const (
	explicitlyDenied outcome = iota
	implicitlyDenied
	allowed
)

type request struct {
	action, resource, principal string
	context                     map[string][]string
}

func decide(document map[string]any, r request) outcome {
	result := implicitlyDenied
	for _, s := range document["Statement"].([]any) {
		s := s.(map[string]any)
		if !applies(s, r) {
			continue
		}
		if s["Effect"] == "Deny" {
			return explicitlyDenied
		}
		result = allowed
	}
	return result
}

func applies(s map[string]any, r request) bool {
	element := func(name, value string) bool {
		if list, ok := s[name]; ok {
			return anyGlob(list.([]any), value)
		}
		if list, ok := s["Not"+name]; ok {
			return !anyGlob(list.([]any), value)
		}
		return true
	}
	if !element("Action", r.action) || !element("Resource", r.resource) {
		return false
	}
	if p, ok := s["Principal"].(map[string]any); ok && !slices.Contains(p["AWS"].([]any), any(r.principal)) {
		return false
	}
	conditions, _ := s["Condition"].(map[string]any)
	for operator, keys := range conditions {
		for key, values := range keys.(map[string]any) {
			present, ok := r.context[key]
			if !holds(operator, values.([]any), present, ok) {
				return false
			}
		}
	}
	return true
}

func anyGlob(patterns []any, value string) bool {
	return slices.ContainsFunc(patterns, func(p any) bool { return glob(p.(string), value) })
}

func glob(pattern, value string) bool {
	switch {
	case pattern == "":
		return value == ""
	case pattern[0] == '*':
		return glob(pattern[1:], value) || value != "" && glob(pattern, value[1:])
	case value == "":
		return false
	}
	return (pattern[0] == '?' || pattern[0] == value[0]) && glob(pattern[1:], value[1:])
}

func holds(operator string, values []any, present []string, ok bool) bool {
	if operator == "Null" {
		return (values[0] == "true") != ok
	}
	quantifier, rest, quantified := strings.Cut(operator, ":")
	if !quantified {
		rest = operator
	}
	base, ifExists := strings.CutSuffix(rest, "IfExists")
	negated := strings.Contains(base, "Not")
	if !ok {
		return ifExists || quantifier == "ForAllValues" || !quantified && negated
	}
	one := func(v string) bool {
		return slices.ContainsFunc(values, func(p any) bool {
			return compare(strings.Replace(base, "Not", "", 1), p.(string), v)
		}) != negated
	}
	switch quantifier {
	case "ForAllValues":
		return !slices.ContainsFunc(present, func(v string) bool { return !one(v) })
	case "ForAnyValue":
		return slices.ContainsFunc(present, one)
	}
	return one(present[0])
}

func compare(base, pattern, value string) bool {
	switch base {
	case "StringLike":
		return glob(pattern, value)
	case "NumericLessThan", "NumericGreaterThanEquals":
		p, _ := strconv.ParseFloat(pattern, 64)
		v, _ := strconv.ParseFloat(value, 64)
		return (v < p) == (base == "NumericLessThan")
	case "IpAddress":
		return netip.MustParsePrefix(pattern).Contains(netip.MustParseAddr(value))
	}
	return pattern == value
}

// worlds are condition keys with their operators, the values that policies use, and all values that requests have.
var worlds = []struct {
	key       string
	operators []string
	values    []string
	requests  [][]string
}{
	{"test:text", []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringLikeIfExists", "StringNotLikeIfExists", "Null"},
		[]string{"a", "b", "ab", "a*", "*b", "?", "*"}, singles("", "a", "b", "c", "aa", "ab", "ac", "bb", "ba", "cb", "cc", "acb", "abc", "a*", "*b", "?", "*")},
	{"test:set", []string{"ForAllValues:StringLike", "ForAnyValue:StringLike", "ForAllValues:StringNotEquals", "ForAnyValue:StringNotEquals", "Null"},
		[]string{"a", "b", "a*"}, subsets("a", "b", "c", "ac")},
	{"test:number", []string{"NumericLessThan", "NumericGreaterThanEquals", "NumericLessThanIfExists", "Null"},
		[]string{"1", "2", "4"}, singles("0", "1", "1.5", "2", "3", "4", "5")},
	{"test:truth", []string{"Bool", "BoolIfExists", "Null"}, []string{"true", "false"}, singles("true", "false")},
	{"test:address", []string{"IpAddress", "NotIpAddress", "Null"}, []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.128.0/17", "0.0.0.0/0"},
		singles("9.0.0.0", "10.0.0.0", "10.1.0.0", "10.1.128.0", "10.2.0.0", "11.0.0.0", "::1")},
}

func singles(values ...string) [][]string {
	var all [][]string
	for _, v := range values {
		all = append(all, []string{v})
	}
	return all
}

func subsets(values ...string) [][]string {
	var all [][]string
	for mask := 1; mask < 1<<len(values); mask++ {
		var set []string
		for i, v := range values {
			if mask>>i&1 == 1 {
				set = append(set, v)
			}
		}
		all = append(all, set)
	}
	return all
}

// resources are all texts of up to four letters; c is a letter that no pattern has.
var resources = func() []string {
	all, layer := []string{""}, []string{""}
	for range 4 {
		var next []string
		for _, prefix := range layer {
			for _, c := range "abc" {
				next = append(next, prefix+string(c))
			}
		}
		all, layer = append(all, next...), next
	}
	return all
}()

var names = []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}

type generator struct {
	*rand.Rand
	keys []int
}

func (g generator) some(values []string, most int) []any {
	var out []any
	for range 1 + g.IntN(most) {
		out = append(out, values[g.IntN(len(values))])
	}
	return out
}

func (g generator) document() map[string]any {
	var statements []any
	for range 1 + g.IntN(3) {
		statements = append(statements, g.statement())
	}
	return map[string]any{"Statement": statements}
}

func (g generator) statement() map[string]any {
	s := map[string]any{"Effect": []string{"Allow", "Allow", "Deny"}[g.IntN(3)]}
	s[[]string{"Action", "Action", "NotAction"}[g.IntN(3)]] = g.some(names, 2)
	s[[]string{"Resource", "Resource", "Resource", "NotResource"}[g.IntN(4)]] = g.some([]string{"*", "a", "ab", "a*", "*b", "?b", "a?", "*a*"}, 2)
	if g.IntN(2) == 0 {
		conditions := map[string]any{}
		for range 1 + g.IntN(2) {
			w := worlds[g.keys[g.IntN(len(g.keys))]]
			operator := w.operators[g.IntN(len(w.operators))]
			values := g.some(w.values, 2)
			if operator == "Null" {
				values = g.some([]string{"true", "false"}, 1)
			}
			conditions[operator] = map[string]any{w.key: values}
		}
		s["Condition"] = conditions
	}
	return s
}

// moreAccess tells whether a request of the world is decided more leniently by the newer document.
func (g generator) moreAccess(before, after map[string]any) (request, bool) {
	contexts := []map[string][]string{{}}
	for _, k := range g.keys {
		var all []map[string][]string
		for _, c := range contexts {
			all = append(all, c)
			for _, v := range worlds[k].requests {
				with := map[string][]string{worlds[k].key: v}
				for key, value := range c {
					with[key] = value
				}
				all = append(all, with)
			}
		}
		contexts = all
	}
	for _, action := range names {
		for _, resource := range resources {
			for _, context := range contexts {
				if r := (request{action, resource, "", context}); decide(after, r) > decide(before, r) {
					return r, true
				}
			}
		}
	}
	return request{}, false
}

func parse(t *testing.T, document any) newaccess.Policy {
	t.Helper()
	var p newaccess.Policy
	if err := p.Add("document", document); err != nil {
		t.Fatal(err)
	}
	return p
}

// NotAction also means actions that the small world does not have; such access is not for the oracle to see.
func inWorld(found []newaccess.Access) bool {
	return slices.ContainsFunc(found, func(a newaccess.Access) bool {
		return slices.ContainsFunc(a.Actions, func(name string) bool { return slices.Contains(names, name) })
	})
}

func TestCheckAgreesWithTheOracle(t *testing.T) {
	more, less := 0, 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := generator{r, r.Perm(len(worlds))[:1+r.IntN(2)]}
		before := g.document()
		after := g.document()
		if r.IntN(2) == 0 { // a small change of the same document
			after = map[string]any{"Statement": append(slices.Clone(before["Statement"].([]any)), g.statement())}
			if r.IntN(2) == 0 {
				before, after = after, before
			}
		}
		found := newaccess.Check(parse(t, before), parse(t, after))
		example, expected := g.moreAccess(before, after)
		if inWorld(found) != expected {
			t.Errorf("seed %d: found %+v, the oracle says %v %+v\nbefore %v\nafter  %v", seed, found, expected, example, before, after)
		}
		if expected {
			more++
		} else {
			less++
		}
	}
	if more < 50 || less < 50 {
		t.Errorf("%d pairs with and %d without new access prove little", more, less)
	}
}

func TestCheckOfTheSame(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		g := generator{r, r.Perm(len(worlds))}
		document := g.document()
		shuffled := shuffle(r, document)
		if found := newaccess.Check(parse(t, document), parse(t, shuffled)); found != nil {
			t.Errorf("seed %d: %+v for another order of %v", seed, found, document)
		}
	}
}

// shuffle changes the order of statements and of every list, and doubles a statement.
func shuffle(r *rand.Rand, document map[string]any) map[string]any {
	statements := slices.Clone(document["Statement"].([]any))
	statements = append(statements, statements[0])
	r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
	for i, s := range statements {
		copied := map[string]any{}
		for name, value := range s.(map[string]any) {
			if list, ok := value.([]any); ok {
				list = slices.Clone(list)
				r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
				value = list
			}
			copied[name] = value
		}
		statements[i] = copied
	}
	return map[string]any{"Statement": statements}
}

// The oracle itself is checked on decisions that anybody can see.
func TestOracle(t *testing.T) {
	document := map[string]any{"Statement": []any{
		map[string]any{"Effect": "Allow", "Action": []any{"s3:GetObject"}, "Resource": []any{"a*"}},
		map[string]any{"Effect": "Deny", "Action": []any{"s3:GetObject"}, "Resource": []any{"ab"}, "Condition": map[string]any{
			"StringNotEquals": map[string]any{"test:text": []any{"x"}}}},
	}}
	for _, c := range []struct {
		action, resource string
		context          map[string][]string
		want             outcome
	}{
		{"s3:GetObject", "ac", nil, allowed},
		{"s3:GetObject", "b", nil, implicitlyDenied},
		{"s3:PutObject", "a", nil, implicitlyDenied},
		{"s3:GetObject", "ab", nil, explicitlyDenied},
		{"s3:GetObject", "ab", map[string][]string{"test:text": {"x"}}, allowed},
	} {
		if got := decide(document, request{c.action, c.resource, "", c.context}); got != c.want {
			t.Errorf("%s: got %v", fmt.Sprint(c), got)
		}
	}
}
