package newaccess

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/secureml/environments/policy"
)

// Access is what one statement adds: an allow of the newer policy, or a deny of the older one that is gone or narrower.
type Access struct {
	// Document and Sid name the statement: of the newer policy for an allow, of the older one for a deny.
	Document, Sid string
	Effect        policy.Effect
	// Actions that are newly allowed or no longer denied, sorted.
	Actions []string
	// Principals of the statement, as AllowedPrincipals writes them; Conditional tells that it has conditions.
	Principals  []string
	Conditional bool
	// Example is one such request, in words.
	Example string
	// Text is equal for accesses whose statement has the same meaning on both sides.
	Text string
	// Proven tells that the example is decided differently. Otherwise the statements hold what cannot be compared, such
	// as two policy variables, and nobody has shown that access is not new.
	Proven bool
}

// Check returns the new access of the newer policy: none when every request that it allows was allowed before, and
// every request that was denied explicitly still is.
func Check(before, after Policy) []Access {
	c := &comparison{known: map[string]verdict{}, examples: map[string]string{}}
	c.universe = sync.OnceValue(func() []string { return universe(before, after) })
	oldAllows, oldDenies := split(before)
	newAllows, newDenies := split(after)
	var all []Access
	for _, s := range without(newAllows, oldAllows) {
		all = c.add(all, s, slices.Concat(oldAllows, newDenies))
	}
	for _, s := range without(oldDenies, newDenies) {
		count := len(all)
		if all = c.add(all, s, newDenies); len(all) > count {
			all[count].Text += now(s, newDenies)
		}
	}
	return all
}

// now is the text of what has become of a deny.
func now(s statement, newDenies []statement) string {
	var texts []string
	for _, d := range newDenies {
		if d.sid == s.sid {
			texts = append(texts, d.text())
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}

// without leaves out the statements that mean the same as one of the others: most, where little has changed.
func without(all, others []statement) []statement {
	known := map[string]bool{}
	for _, o := range others {
		known[o.text()] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(s statement) bool { return known[s.text()] })
}

func split(p Policy) (allows, denies []statement) {
	for _, s := range p.statements {
		if s.effect == policy.Allow {
			allows = append(allows, s)
		} else {
			denies = append(denies, s)
		}
	}
	return allows, denies
}

// comparison remembers what it has found out about sets of demands on one dimension.
type comparison struct {
	universe func() []string
	known    map[string]verdict
	examples map[string]string
}

// region is a set of requests: those that meet all literals.
type region []literal

// regionLimit bounds the parts that a statement is cut into.
const regionLimit = 2_000

// add adds what is left of the statement when everything that the others cover is taken away.
func (c *comparison) add(all []Access, s statement, others []statement) []Access {
	if _, found := c.check(s.region()); found == no {
		return all // it contradicts itself and matches nothing
	}
	others = slices.DeleteFunc(slices.Clone(others), func(o statement) bool {
		_, found := c.check(s.region(), o.predicates...)
		return found == no
	})
	byCover := map[string][]string{}
	for _, action := range s.actions.list(c.universe) {
		var cover strings.Builder
		for _, o := range others {
			fmt.Fprint(&cover, o.actions.has(action), " ")
		}
		byCover[cover.String()] = append(byCover[cover.String()], action)
	}
	access := Access{Document: s.document, Sid: s.sid, Effect: s.effect, Text: s.text(), Principals: s.principals(), Conditional: len(s.predicates) > 2}
	for _, actions := range byCover {
		slices.Sort(actions)
		covers := slices.DeleteFunc(slices.Clone(others), func(o statement) bool { return !o.actions.has(actions[0]) })
		left, proven := c.remainder(s.region(), covers)
		if left == nil {
			continue
		}
		access.Actions = append(access.Actions, actions...)
		// The example does not depend on the order of a map: it is that of the first action.
		if actions[0] == slices.Min(access.Actions) {
			access.Example, access.Proven = c.example(actions, left), proven
		}
	}
	if access.Actions == nil {
		return all
	}
	slices.Sort(access.Actions)
	return append(all, access)
}

// text is the statement's meaning in a form that depends on no order.
func (s statement) text() string {
	parts := []string{string(s.effect), fmt.Sprint(s.actions.negated, s.actions.all)}
	parts = append(parts, slices.Sorted(maps.Keys(s.actions.names))...)
	for _, p := range s.predicates {
		parts = append(parts, p.id)
	}
	return strings.Join(parts, "\n")
}

func (s statement) region() region {
	var r region
	for _, p := range s.predicates {
		r = append(r, literal{p, true})
	}
	return r
}

// remainder takes the covers away and returns a part of what is left, nil when nothing is.
func (c *comparison) remainder(whole region, covers []statement) (left region, proven bool) {
	parts := []region{whole}
	for i, cover := range covers {
		var rest []region
		for _, part := range parts {
			if _, found := c.check(part, cover.predicates...); found == no {
				rest = append(rest, part)
				continue
			}
			rest = append(rest, c.cut(part, cover)...)
		}
		if parts = rest; len(parts) == 0 {
			return nil, false
		}
		if len(parts) > regionLimit && i < len(covers)-1 {
			return parts[0], false
		}
	}
	for _, part := range parts {
		if _, found := c.check(part); found == yes {
			return part, true
		}
	}
	return parts[0], false
}

// cut splits the part of a region outside the cover into disjoint ones: those that fail its first predicate, those that
// meet the first and fail the second, and so on.
func (c *comparison) cut(part region, cover statement) []region {
	var outside []region
	inside := slices.Clone(part)
	for _, p := range cover.predicates {
		candidate := append(slices.Clone(inside), literal{p, false})
		if _, found := c.check(candidate); found != no {
			outside = append(outside, candidate)
		}
		inside = append(inside, literal{p, true})
	}
	return outside
}

// check tells whether the region, limited to those that meet more predicates, holds a request.
func (c *comparison) check(r region, more ...*predicate) (map[string]string, verdict) {
	byDimension := map[string][]literal{}
	for _, l := range r {
		byDimension[l.dimension] = append(byDimension[l.dimension], l)
	}
	for _, p := range more {
		byDimension[p.dimension] = append(byDimension[p.dimension], literal{p, true})
	}
	result, examples := yes, map[string]string{}
	for dimension, literals := range byDimension {
		example, found := c.satisfiable(literals)
		if found == no {
			return nil, no
		}
		result, examples[dimension] = max(result, found), example
	}
	return examples, result
}

func (c *comparison) satisfiable(literals []literal) (string, verdict) {
	ids := make([]string, len(literals))
	for i, l := range literals {
		ids[i] = fmt.Sprint(l.want, l.missing, l.id)
	}
	slices.Sort(ids)
	key := strings.Join(slices.Compact(ids), "\x00")
	if found, ok := c.known[key]; ok {
		return c.examples[key], found
	}
	example, found := satisfiable(distinct(literals))
	c.known[key], c.examples[key] = found, example
	return example, found
}

func distinct(literals []literal) []literal {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(literals), func(l literal) bool {
		key := fmt.Sprint(l.want, l.id)
		again := seen[key]
		seen[key] = true
		return again
	})
}

// example describes one request of the region, for the first action, or better the first of the resource's service.
func (c *comparison) example(actions []string, r region) string {
	found, _ := c.check(r)
	action := actions[0]
	if arn := strings.Split(found[resourceDimension], ":"); len(arn) > 2 {
		if i := slices.IndexFunc(actions, func(a string) bool { return strings.HasPrefix(a, arn[2]+":") }); i >= 0 {
			action = actions[i]
		}
	}
	var b strings.Builder
	b.WriteString(action)
	var keys []string
	for dimension, value := range found {
		switch {
		case dimension == resourceDimension && len(value) > len(`is ""`):
			fmt.Fprintf(&b, " on %s", strings.TrimPrefix(value, "is "))
		case strings.HasPrefix(dimension, "condition ") && value != "":
			keys = append(keys, strings.TrimPrefix(dimension, "condition ")+" "+value)
		}
	}
	if value := found[principalDimension]; len(value) > len(`is ""`) && c.namesPrincipal(r) {
		fmt.Fprintf(&b, " by %s", strings.TrimPrefix(value, "is "))
	}
	if slices.Sort(keys); keys != nil {
		fmt.Fprintf(&b, " when %s", strings.Join(keys, " and "))
	}
	return b.String()
}

// namesPrincipal tells whether any statement behind the region names somebody; identity policies do not.
func (c *comparison) namesPrincipal(r region) bool {
	return slices.ContainsFunc(r, func(l literal) bool {
		return l.dimension == principalDimension && !strings.HasSuffix(l.id, "\n"+everybody)
	})
}
