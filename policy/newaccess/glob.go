package newaccess

import (
	"slices"
	"strings"
)

type tokenKind int

const (
	literalToken tokenKind = iota
	oneToken               // ?
	manyToken              // *
	endToken
)

// token of a pattern. A literal is one character, or one policy variable, which stands for a text that nobody knows.
type token struct {
	kind tokenKind
	text string
	// fold ignores case; segment keeps a wildcard from matching a colon.
	fold, segment bool
}

func (t token) matches(symbol string) bool {
	switch t.kind {
	case literalToken:
		return t.text == symbol || t.fold && strings.EqualFold(t.text, symbol)
	case oneToken:
		return !isVariable(symbol) && !(t.segment && symbol == ":")
	case manyToken:
		return !(t.segment && symbol == ":")
	}
	return false
}

func isVariable(symbol string) bool { return len(symbol) > 1 && strings.HasPrefix(symbol, "${") }

// language is the set of texts that one of some patterns matches, as a nondeterministic automaton: the tokens of all
// patterns in a row, each pattern closed by an end token.
type language struct {
	tokens []token
	starts []int
	// variables tells that a pattern holds a policy variable.
	variables bool
}

// style says how a pattern's characters are read.
type style struct {
	// plain patterns have no wildcards, fold ignores case, arn keeps wildcards of the first five parts from matching a colon.
	plain, fold, arn bool
}

func newLanguage(patterns []string, s style) *language {
	l := &language{}
	for _, p := range patterns {
		l.starts = append(l.starts, len(l.tokens))
		l.add(p, s)
		l.tokens = append(l.tokens, token{kind: endToken})
	}
	return l
}

func (l *language) add(pattern string, s style) {
	colons := 0
	for rest := pattern; rest != ""; {
		t := token{fold: s.fold}
		t.text, rest = nextSymbol(rest)
		switch {
		case isVariable(t.text) && len(t.text) == 4 && strings.ContainsAny(t.text[2:3], "*?$"):
			t.text = t.text[2:3] // ${*}, ${?} and ${$} are the characters themselves
		case isVariable(t.text):
			l.variables = true
		case t.text == "*" && !s.plain:
			t.kind = manyToken
		case t.text == "?" && !s.plain:
			t.kind = oneToken
		case t.text == ":":
			colons++
		}
		t.segment = s.arn && colons < 5
		l.tokens = append(l.tokens, t)
	}
}

// nextSymbol cuts the first character, or the first policy variable, from the text.
func nextSymbol(text string) (symbol, rest string) {
	if strings.HasPrefix(text, "${") {
		if i := strings.IndexByte(text, '}'); i > 0 {
			return text[:i+1], text[i+1:]
		}
	}
	for i := range text {
		if i > 0 {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// start is the set of states before the first character.
func (l *language) start() []int {
	var states []int
	for _, s := range l.starts {
		states = l.enter(states, s)
	}
	return unique(states)
}

// enter adds a state and those that wildcards reach from it without a character.
func (l *language) enter(states []int, s int) []int {
	states = append(states, s)
	if l.tokens[s].kind == manyToken {
		return l.enter(states, s+1)
	}
	return states
}

func (l *language) step(states []int, symbol string) []int {
	var next []int
	for _, s := range states {
		switch t := l.tokens[s]; {
		case !t.matches(symbol):
		case t.kind == manyToken:
			next = l.enter(next, s)
		default:
			next = l.enter(next, s+1)
		}
	}
	return unique(next)
}

func (l *language) accepts(states []int) bool {
	return slices.ContainsFunc(states, func(s int) bool { return l.tokens[s].kind == endToken })
}

// acceptsAll tells whether every continuation is accepted: a pattern has come to its last character, which is *.
func (l *language) acceptsAll(states []int) bool {
	return slices.ContainsFunc(states, func(s int) bool {
		return l.tokens[s].kind == manyToken && !l.tokens[s].segment && l.tokens[s+1].kind == endToken
	})
}

func unique(states []int) []int {
	slices.Sort(states)
	return slices.Compact(states)
}
