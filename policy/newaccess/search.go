package newaccess

import (
	"slices"
	"strings"
)

// term demands that a text is, or is not, in a language.
type term struct {
	language *language
	want     bool
}

// verdict on whether something exists.
type verdict int

const (
	no verdict = iota
	yes
	// unknown is treated as yes, and told.
	unknown
)

// searchLimit bounds the states that a search visits. The patterns of a policy need a few hundred.
const searchLimit = 20_000

// search looks for a text that meets all terms, and returns the shortest.
func search(terms []term) (string, verdict) {
	if undecidable(terms) {
		return "", unknown
	}
	other := unused(terms)
	type place struct {
		states [][]int
		text   string
	}
	first := place{}
	for _, t := range terms {
		first.states = append(first.states, t.language.start())
	}
	queue, seen := []place{first}, map[string]bool{key(first.states): true}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if met(terms, at.states) {
			return at.text, yes
		}
		for _, symbol := range symbols(terms, at.states, other) {
			next := place{text: at.text + symbol}
			for i, t := range terms {
				next.states = append(next.states, t.language.step(at.states[i], symbol))
			}
			if k := key(next.states); !seen[k] && !hopeless(terms, next.states) {
				seen[k] = true
				queue = append(queue, next)
			}
		}
		if len(seen) > searchLimit {
			return "", unknown
		}
	}
	return "", no
}

// undecidable: a policy variable may stand for what another pattern matches, so that two patterns may meet although
// their texts differ.
func undecidable(terms []term) bool {
	positive, variables := 0, false
	for _, t := range terms {
		if t.want {
			positive++
			variables = variables || t.language.variables
		}
	}
	return positive > 1 && variables
}

func met(terms []term, states [][]int) bool {
	for i, t := range terms {
		if t.language.accepts(states[i]) != t.want {
			return false
		}
	}
	return true
}

func hopeless(terms []term, states [][]int) bool {
	for i, t := range terms {
		if t.want && len(states[i]) == 0 || !t.want && t.language.acceptsAll(states[i]) {
			return true
		}
	}
	return false
}

// symbols are the characters that make a difference in these states, and one that stands for all others.
func symbols(terms []term, states [][]int, other string) []string {
	all := []string{other}
	for i, t := range terms {
		for _, s := range states[i] {
			switch k := t.language.tokens[s]; {
			case k.kind == literalToken && k.fold:
				all = append(all, strings.ToLower(k.text), strings.ToUpper(k.text))
			case k.kind == literalToken:
				all = append(all, k.text)
			case k.segment:
				all = append(all, ":")
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unused returns a character that no pattern holds, preferably a readable one.
func unused(terms []term) string {
	for _, c := range "xyzwvuqkj0987654321XYZ\uE000" {
		if !slices.ContainsFunc(terms, func(t term) bool { return t.language.holds(string(c)) }) {
			return string(c)
		}
	}
	return "\uE001"
}

func (l *language) holds(symbol string) bool {
	return slices.ContainsFunc(l.tokens, func(t token) bool { return t.kind == literalToken && strings.EqualFold(t.text, symbol) })
}

func key(states [][]int) string {
	var b strings.Builder
	for _, set := range states {
		for _, s := range set {
			b.WriteRune(rune(s + 2))
		}
		b.WriteByte(1)
	}
	return b.String()
}
