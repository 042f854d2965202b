package language

import "regexp"

// File is a rule file that has been read.
type File struct {
	lets  []let
	rules []rule
}

// Names returns the names of the rules, in the order of the file.
func (f *File) Names() []string {
	names := make([]string, len(f.rules))
	for i, r := range f.rules {
		names[i] = r.name
	}
	return names
}

// Messages returns the messages of a rule, in the order of the file; none for an unknown rule.
func (f *File) Messages(name string) []string {
	for _, r := range f.rules {
		if r.name == name {
			return r.body.messages()
		}
	}
	return nil
}

type rule struct {
	name string
	when conjunction
	body block
}

// let gives a name to what a query finds, to a literal, or to the number of values that another variable holds.
type let struct {
	name    string
	query   *query
	literal *literal
	count   string
}

type block struct {
	lets    []let
	clauses conjunction
}

// conjunction holds when one clause of each group holds.
type conjunction [][]clause

// clause is a check, or, when body is set, a block for each value that the query finds, or, when it has no query, a
// block under a condition.
type clause struct {
	some     bool
	query    *query
	when     conjunction
	body     *block
	operator operator
	negated  bool
	right    *literal
	variable string // the right side, when it is no literal: a variable for a literal or a number
	message  string
}

type operator string

const (
	equal    operator = "=="
	less     operator = "<"
	atMost   operator = "<="
	greater  operator = ">"
	atLeast  operator = ">="
	in       operator = "in"
	exists   operator = "exists"
	empty    operator = "empty"
	isString operator = "is_string"
	isList   operator = "is_list"
	isStruct operator = "is_struct"
	isInt    operator = "is_int"
	isBool   operator = "is_bool"
)

// binary tells whether the operator has a right side.
func (o operator) binary() bool {
	switch o {
	case equal, less, atMost, greater, atLeast, in:
		return true
	default:
		return false
	}
}

// query starts at a variable or, when variable is empty, at the value that the clause is evaluated for.
type query struct {
	variable string
	parts    []part
}

type partKind int

const (
	keyPart partKind = iota
	valuesPart
	elementsPart
	indexPart
	filterPart
	keysPart
)

type part struct {
	kind    partKind
	key     string
	index   int
	filter  conjunction
	keysIn  string // variable that holds the keys
	negated bool   // keys not in
}

type literalKind int

const (
	textLiteral literalKind = iota
	patternLiteral
	numberLiteral
	boolLiteral
	listLiteral
)

type literal struct {
	kind    literalKind
	text    string
	pattern *regexp.Regexp
	number  int64
	truth   bool
	items   []literal
}

// selects tells whether EMPTY on the query asks if anything was found, rather than if what was found is empty.
func (q *query) selects() bool {
	if len(q.parts) == 0 {
		return q.variable != ""
	}
	last := q.parts[len(q.parts)-1].kind
	return last == filterPart || last == keysPart
}

func (b *block) messages() []string {
	var out []string
	for _, group := range b.clauses {
		for _, c := range group {
			if c.message != "" {
				out = append(out, c.message)
			}
			if c.body != nil {
				out = append(out, c.body.messages()...)
			}
		}
	}
	return out
}
