package language

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// node is a value of the document and the way to it.
type node struct {
	parent *node
	key    string
	data   any
}

func (n *node) child(key string, data any) *node { return &node{parent: n, key: key, data: data} }

func (n *node) path() []string {
	var path []string
	for ; n.parent != nil; n = n.parent {
		path = append(path, n.key)
	}
	slices.Reverse(path)
	return path
}

// found is a value that a query found or, when it is missing, the last value on the way to it.
type found struct {
	node    *node
	missing bool
}

func missing(at *node) []found { return []found{{node: at, missing: true}} }

// declaration returns a variable and the scope that it is declared in.
func (s *scope) declaration(name string) (let, *scope) {
	for at := s; at != nil; at = at.outer {
		if i := slices.IndexFunc(at.lets, func(l let) bool { return l.name == name }); i >= 0 {
			return at.lets[i], at
		}
	}
	panic("the parser let an unknown variable pass: " + name)
}

// variable returns what a variable holds; its query starts where it is declared. A number has no place in the document.
func (s *scope) variable(name string) []found {
	l, at := s.declaration(name)
	if values, ok := at.found[name]; ok {
		return values
	}
	var values []found
	if l.count != "" {
		values = []found{{node: &node{data: json.Number(strconv.FormatInt(at.operand(name).number, 10))}}}
	} else {
		values = at.query(l.query)
	}
	at.found[name] = values
	return values
}

// operand returns what a variable stands for on the right side of a comparison.
func (s *scope) operand(name string) literal {
	l, at := s.declaration(name)
	if l.literal != nil {
		return *l.literal
	}
	number := literal{kind: numberLiteral}
	for _, f := range at.variable(l.count) {
		if !f.missing {
			number.number++
		}
	}
	return number
}

// texts returns the list that a variable holds, or the texts that its query finds.
func (s *scope) texts(name string) literal {
	if l, _ := s.declaration(name); l.literal != nil {
		return *l.literal
	}
	list := literal{kind: listLiteral}
	for _, f := range s.variable(name) {
		if text, ok := f.node.data.(string); ok && !f.missing {
			list.items = append(list.items, literal{kind: textLiteral, text: text})
		}
	}
	return list
}

func (s *scope) query(q *query) []found {
	if q.variable == "" {
		return s.follow(q.parts, s.value)
	}
	parts := q.parts
	if len(parts) > 0 && parts[0].kind == elementsPart {
		parts = parts[1:] // a variable stands for all that it holds
	}
	var out []found
	for _, f := range s.variable(q.variable) {
		if f.missing {
			out = append(out, f)
			continue
		}
		out = append(out, s.follow(parts, f.node)...)
	}
	return out
}

// follow walks the parts of a query from a value.
func (s *scope) follow(parts []part, at *node) []found {
	if len(parts) == 0 {
		return []found{{node: at}}
	}
	next, ok := s.step(parts[0], at)
	if !ok {
		return missing(at)
	}
	var out []found
	for _, n := range next {
		out = append(out, s.follow(parts[1:], n)...)
	}
	return out
}

// step returns the values that one part of a query leads to, which may be none, or false when the way ends.
func (s *scope) step(p part, at *node) ([]*node, bool) {
	switch p.kind {
	case keyPart:
		data, ok := member(at, p.key)
		return []*node{at.child(p.key, data)}, ok
	case indexPart:
		list, _ := at.data.([]any)
		if p.index >= len(list) {
			return nil, false
		}
		return []*node{at.child(strconv.Itoa(p.index), list[p.index])}, true
	case elementsPart:
		if _, ok := at.data.([]any); !ok {
			return []*node{at}, true
		}
		all := children(at)
		return all, len(all) > 0
	case valuesPart:
		if kind := kindOf(at.data); kind != isList && kind != isStruct {
			return []*node{at}, true
		}
		all := children(at)
		return all, len(all) > 0
	case filterPart:
		candidates := []*node{at}
		if _, ok := at.data.([]any); ok {
			candidates = children(at)
		}
		return slices.DeleteFunc(candidates, func(n *node) bool {
			status, _ := newScope(s, n, nil).conjunction(p.filter)
			return status != Pass
		}), true
	case keysPart:
		wanted := s.texts(p.keysIn)
		return slices.DeleteFunc(children(at), func(n *node) bool {
			return wanted.holdsText(n.key) == p.negated
		}), true
	}
	panic(fmt.Sprintf("unknown part of a query: %d", p.kind))
}

func member(at *node, key string) (any, bool) {
	structure, _ := at.data.(map[string]any)
	data, ok := structure[key]
	return data, ok
}

// children are the values of a structure, ordered by key, or the elements of a list.
func children(at *node) []*node {
	var all []*node
	switch data := at.data.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(data)) {
			all = append(all, at.child(key, data[key]))
		}
	case []any:
		for i, element := range data {
			all = append(all, at.child(strconv.Itoa(i), element))
		}
	}
	return all
}
