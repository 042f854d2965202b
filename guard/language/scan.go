package language

import (
	"regexp"
	"strconv"
	"strings"
)

// parser reads source from the position at, where the variables declared can be used.
type parser struct {
	source   string
	at       int
	declared []let
}

func (p *parser) done() bool { return p.at >= len(p.source) }

// skip passes over white space and comments.
func (p *parser) skip() {
	for !p.done() {
		switch c := p.source[p.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.at++
		case c == '#':
			if end := strings.IndexByte(p.source[p.at:], '\n'); end < 0 {
				p.at = len(p.source)
			} else {
				p.at += end
			}
		default:
			return
		}
	}
}

// adjacent takes a token that follows without a space.
func (p *parser) adjacent(token string) bool {
	if !strings.HasPrefix(p.source[p.at:], token) {
		return false
	}
	p.at += len(token)
	return true
}

func (p *parser) ahead(token string) bool {
	p.skip()
	return strings.HasPrefix(p.source[p.at:], token)
}

func (p *parser) accept(token string) bool {
	return p.ahead(token) && p.adjacent(token)
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.failf("expected %s", token)
	}
}

func identifierByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// word takes a keyword, but not the beginning of a longer name.
func (p *parser) word(keyword string) bool {
	if !p.ahead(keyword) {
		return false
	}
	if end := p.at + len(keyword); end < len(p.source) && identifierByte(p.source[end]) {
		return false
	}
	return p.adjacent(keyword)
}

func (p *parser) identifier() string {
	p.skip()
	start := p.at
	for !p.done() && identifierByte(p.source[p.at]) {
		p.at++
	}
	if p.at == start {
		p.failf("expected a name")
	}
	return p.source[start:p.at]
}

func (p *parser) digit() bool {
	p.skip()
	return !p.done() && '0' <= p.source[p.at] && p.source[p.at] <= '9'
}

func (p *parser) number() int64 {
	text := p.identifier()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.failf("%s is not a whole number", text)
	}
	return n
}

// quoted reads text in single or double quotes; there are no escapes.
func (p *parser) quoted() (string, bool) {
	p.skip()
	if p.done() || p.source[p.at] != '\'' && p.source[p.at] != '"' {
		return "", false
	}
	end := strings.IndexByte(p.source[p.at+1:], p.source[p.at])
	if end < 0 {
		p.failf("the text has no end")
	}
	text := p.source[p.at+1 : p.at+1+end]
	p.at += end + 2
	return text, true
}

func (p *parser) startsLiteral() bool {
	p.skip()
	return !p.done() && strings.ContainsRune(`'"/[-0123456789`, rune(p.source[p.at])) || p.aheadBool()
}

func (p *parser) aheadBool() bool {
	at := p.at
	defer func() { p.at = at }()
	return p.word("true") || p.word("false")
}

func (p *parser) literal() *literal {
	if text, ok := p.quoted(); ok {
		return &literal{kind: textLiteral, text: text}
	}
	switch {
	case p.accept("/"):
		return p.pattern()
	case p.accept("["):
		list := &literal{kind: listLiteral}
		for !p.accept("]") {
			list.items = append(list.items, *p.literal())
			if !p.ahead("]") {
				p.expect(",")
			}
		}
		return list
	case p.word("true"):
		return &literal{kind: boolLiteral, truth: true}
	case p.word("false"):
		return &literal{kind: boolLiteral}
	case p.accept("-"):
		return &literal{kind: numberLiteral, number: -p.number()}
	case p.digit():
		return &literal{kind: numberLiteral, number: p.number()}
	}
	p.failf("expected a value")
	return nil
}

// pattern reads a regular expression up to the slash that is not escaped.
func (p *parser) pattern() *literal {
	start := p.at
	for ; !p.done() && p.source[p.at] != '\n'; p.at++ {
		if p.source[p.at] != '/' || p.source[p.at-1] == '\\' {
			continue
		}
		text := strings.ReplaceAll(p.source[start:p.at], `\/`, `/`)
		p.at++
		compiled, err := regexp.Compile(text)
		if err != nil {
			p.failf("%v", err)
		}
		return &literal{kind: patternLiteral, text: text, pattern: compiled}
	}
	p.failf("the regular expression has no end")
	return nil
}
