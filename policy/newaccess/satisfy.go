package newaccess

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
)

// literal is a predicate or its opposite.
type literal struct {
	*predicate
	want bool
}

// satisfiable tells whether something meets all literals, which are of one dimension, and gives an example.
func satisfiable(literals []literal) (string, verdict) {
	for i, a := range literals {
		for _, b := range literals[:i] {
			if a.id == b.id && a.want != b.want {
				return "", no
			}
		}
	}
	if literals[0].domain == opaque {
		return "", yes
	}
	if !slices.ContainsFunc(literals, func(l literal) bool { return l.missing != l.want }) {
		return "is missing", yes
	}
	kind, quantified, ok := shape(literals)
	switch {
	case slices.ContainsFunc(literals, func(l literal) bool { return l.quantifier == presence && l.missing == l.want }):
		return "", no
	case !ok || quantified && kind != texts:
		return "", unknown
	case quantified:
		return satisfiableSet(literals)
	case kind == texts:
		text, found := search(terms(literals))
		return fmt.Sprintf("is %q", text), found
	}
	for _, v := range candidates(literals, kind) {
		if !slices.ContainsFunc(literals, func(l literal) bool { return l.quantifier != presence && l.matches(v) != l.want }) {
			return fmt.Sprintf("is %v", v), yes
		}
	}
	return "", no
}

// shape returns the domain of the literals, and whether they are about sets of values. It fails when they mix what IAM
// does not compare.
func shape(literals []literal) (kind domain, quantified, ok bool) {
	var quantifiers [2]bool
	for _, l := range literals {
		switch {
		case l.quantifier == presence:
			continue
		case l.quantifier == single:
			quantifiers[0] = true
		default:
			quantifiers[1] = true
		}
		switch {
		case kind == "" || kind == l.domain:
			kind = l.domain
		case kind == texts && l.domain == truths || kind == truths && l.domain == texts:
			kind = texts
		default:
			return "", false, false
		}
	}
	if kind == "" {
		kind = texts
	}
	return kind, quantifiers[1], !(quantifiers[0] && quantifiers[1])
}

func terms(literals []literal) []term {
	var all []term
	for _, l := range literals {
		if l.quantifier != presence {
			all = append(all, term{l.language, l.want != l.negated})
		}
	}
	return all
}

// satisfiableSet looks for a set of values: every value must meet the terms that are about all, and for each term that
// is about one there must be a value.
func satisfiableSet(literals []literal) (string, verdict) {
	var all, one []term
	for _, l := range literals {
		switch t := (term{l.language, l.want != l.negated}); {
		case l.quantifier == presence:
		case (l.quantifier == allOf) == l.want:
			all = append(all, t)
		default:
			one = append(one, t)
		}
	}
	if len(one) == 0 {
		text, found := search(all)
		return fmt.Sprintf("is [%q]", text), found
	}
	example, result := "", yes
	for _, t := range one {
		text, found := search(append(slices.Clone(all), t))
		if found == no {
			return "", no
		}
		result = max(result, found)
		example = fmt.Sprintf("has %q", text)
	}
	return example, result
}

// candidates are values, at least one in each range in which no literal changes its outcome.
func candidates(literals []literal, kind domain) []any {
	if kind == truths {
		return []any{"true", "false"}
	}
	var all []any
	var points []float64
	for _, l := range literals {
		for _, limit := range l.limits {
			points = append(points, limit.value)
		}
		for _, p := range l.prefixes {
			all = append(all, neighbours(p)...)
		}
	}
	if kind == addresses {
		return append(all, netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("::"))
	}
	slices.Sort(points)
	all = append(all, math.Floor(points[0])-1, points[len(points)-1]+1)
	for i, p := range points {
		all = append(all, p)
		if i > 0 {
			all = append(all, p/2+points[i-1]/2)
		}
	}
	return all
}

// neighbours are the first address of the range and the ones before and after it.
func neighbours(p netip.Prefix) []any {
	all := []any{p.Addr()}
	if before := p.Addr().Prev(); before.IsValid() {
		all = append(all, before)
	}
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(last)*8; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	end, _ := netip.AddrFromSlice(last)
	if after := end.Next(); after.IsValid() {
		all = append(all, after)
	}
	return all
}
