package language

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads a rule file. The error names the line.
func Parse(source string) (file *File, err error) {
	p := &parser{source: source}
	defer func() {
		if r := recover(); r != nil {
			mistake, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			file, err = nil, mistake
		}
	}()
	return p.file(), nil
}

type syntaxError string

func (e syntaxError) Error() string { return string(e) }

func (p *parser) file() *File {
	f := &File{}
	known := map[string]bool{}
	for p.skip(); !p.done(); p.skip() {
		switch {
		case p.word("let"):
			f.lets = append(f.lets, p.let())
		case p.word("rule"):
			r := p.rule()
			if known[r.name] {
				p.failf("there are two rules %s", r.name)
			}
			known[r.name] = true
			f.rules = append(f.rules, r)
		default:
			p.failf("expected let or rule")
		}
	}
	return f
}

func (p *parser) let() let {
	l := let{name: p.identifier()}
	p.expect("=")
	switch {
	case p.startsLiteral():
		l.literal = p.literal()
	case p.word("count"):
		p.expect("(")
		p.expect("%")
		l.count = p.variable(isQuery)
		p.expect(")")
	default:
		l.query = p.query()
	}
	p.declared = append(p.declared, l)
	return l
}

func isQuery(l let) bool { return l.query != nil }
func holdsText(l let) bool {
	return l.query != nil || l.literal != nil && l.literal.kind == listLiteral
}
func isOperand(l let) bool { return l.query == nil }
func isQueried(l let) bool { return l.literal == nil }

// variable reads the name of a variable that is declared above and fits.
func (p *parser) variable(fits func(let) bool) string {
	name := p.identifier()
	i := slices.IndexFunc(p.declared, func(l let) bool { return l.name == name })
	switch {
	case i < 0:
		p.failf("no variable %s is declared here", name)
	case !fits(p.declared[i]):
		p.failf("the variable %s is of another kind", name)
	}
	return name
}

func (p *parser) rule() rule {
	r := rule{name: p.identifier()}
	if p.word("when") {
		r.when = p.conditions()
	}
	r.body = p.block()
	return r
}

// block reads clauses in braces.
func (p *parser) block() block {
	p.expect("{")
	b, outside := block{}, len(p.declared)
	for p.word("let") {
		b.lets = append(b.lets, p.let())
	}
	b.clauses = p.clauses("}")
	p.declared = p.declared[:outside]
	return b
}

// clauses reads up to the closing token.
func (p *parser) clauses(closing string) conjunction {
	var all conjunction
	for !p.accept(closing) {
		all = append(all, p.group(p.clause))
	}
	if len(all) == 0 {
		p.failf("there is nothing to check before %s", closing)
	}
	return all
}

// conditions are checks up to the brace that opens the block they guard.
func (p *parser) conditions() conjunction {
	var all conjunction
	for !p.ahead("{") {
		all = append(all, p.group(p.check))
	}
	if len(all) == 0 {
		p.failf("when needs a condition")
	}
	return all
}

func (p *parser) group(one func() clause) []clause {
	group := []clause{one()}
	for p.word("or") || p.word("OR") {
		group = append(group, one())
	}
	return group
}

func (p *parser) clause() clause {
	if p.word("when") {
		conditions := p.conditions()
		body := p.block()
		return clause{when: conditions, body: &body}
	}
	some := p.word("some")
	q := p.query()
	if p.ahead("{") {
		body := p.block()
		return clause{some: some, query: q, body: &body}
	}
	return p.operation(clause{some: some, query: q})
}

// check is a clause without a block.
func (p *parser) check() clause {
	some := p.word("some")
	return p.operation(clause{some: some, query: p.query()})
}

func (p *parser) operation(c clause) clause {
	c.operator, c.negated = p.operator()
	if c.operator.binary() {
		if p.accept("%") {
			c.variable = p.variable(isOperand)
		} else {
			c.right = p.literal()
		}
	}
	if p.accept("<<") {
		end := strings.Index(p.source[p.at:], ">>")
		if end < 0 {
			p.failf("the message has no end")
		}
		c.message = strings.Join(strings.Fields(p.source[p.at:p.at+end]), " ")
		p.at += end + len(">>")
	}
	return c
}

func (p *parser) operator() (operator, bool) {
	for _, o := range []operator{equal, atMost, atLeast, less, greater} {
		if p.ahead("<<") {
			break
		}
		if p.accept(string(o)) {
			return o, false
		}
	}
	if p.accept("!=") {
		return equal, true
	}
	negated := p.accept("!") || p.word("not")
	for _, o := range []operator{in, exists, empty, isString, isList, isStruct, isInt, isBool} {
		if p.word(string(o)) {
			return o, negated
		}
	}
	p.failf("expected an operator")
	return "", false
}

func (p *parser) query() *query {
	q := &query{}
	if p.accept("%") {
		q.variable = p.variable(isQueried)
	} else {
		q.parts = append(q.parts, part{kind: keyPart, key: p.key()})
	}
	for {
		switch {
		case p.adjacent("."):
			if p.adjacent("*") {
				q.parts = append(q.parts, part{kind: valuesPart})
			} else {
				q.parts = append(q.parts, part{kind: keyPart, key: p.key()})
			}
		case p.adjacent("["):
			q.parts = append(q.parts, p.bracket(q))
		default:
			return q
		}
	}
}

// bracket reads what follows an opening bracket.
func (p *parser) bracket(q *query) part {
	switch {
	case p.accept("*"):
		p.expect("]")
		return part{kind: elementsPart}
	case p.digit():
		index := p.number()
		p.expect("]")
		return part{kind: indexPart, index: int(index)}
	case p.word("keys"):
		selected := part{kind: keysPart, negated: p.word("not")}
		if !p.word("in") {
			p.failf("expected in after keys")
		}
		p.expect("%")
		selected.keysIn = p.variable(holdsText)
		p.expect("]")
		return selected
	}
	fromVariable := q.variable != "" && len(q.parts) == 0
	fromValues := len(q.parts) > 0 && q.parts[len(q.parts)-1].kind == valuesPart
	if !fromVariable && !fromValues {
		p.failf("a filter may follow a variable or .* only; put the elements into a variable first")
	}
	return part{kind: filterPart, filter: p.clauses("]")}
}

func (p *parser) key() string {
	if quoted, ok := p.quoted(); ok {
		return quoted
	}
	return p.identifier()
}

func (p *parser) failf(format string, args ...any) {
	line := 1 + strings.Count(p.source[:min(p.at, len(p.source))], "\n")
	panic(syntaxError(fmt.Sprintf("line %d: ", line) + fmt.Sprintf(format, args...)))
}
