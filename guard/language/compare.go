package language

import (
	"encoding/json"
	"slices"
)

// holds tells whether a check holds for one value.
func holds(c clause, f found, right literal) bool {
	switch c.operator {
	case exists:
		return !f.missing != c.negated
	case empty:
		return isEmpty(c, f) != c.negated
	case isString, isList, isStruct, isInt, isBool:
		return (!f.missing && kindOf(f.node.data) == c.operator) != c.negated
	}
	if f.missing {
		return false
	}
	switch c.operator {
	case in:
		return right.holds(f.node.data) != c.negated
	case equal:
		same, comparable := right.matches(f.node.data)
		return comparable && same != c.negated
	default:
		return right.ordered(f.node.data, c.operator)
	}
}

// isEmpty tells for a query that selects whether it found nothing, for another whether what it found holds nothing.
func isEmpty(c clause, f found) bool {
	if f.missing || c.query.selects() {
		return f.missing || f.node.data == nil
	}
	switch data := f.node.data.(type) {
	case string:
		return data == ""
	case []any:
		return len(data) == 0
	case map[string]any:
		return len(data) == 0
	default:
		return false
	}
}

func kindOf(data any) operator {
	switch d := data.(type) {
	case string:
		return isString
	case []any:
		return isList
	case map[string]any:
		return isStruct
	case bool:
		return isBool
	case json.Number:
		if _, err := d.Int64(); err == nil {
			return isInt
		}
	}
	return ""
}

// matches compares a value with a literal; values of different kinds are not comparable.
func (l literal) matches(data any) (same, comparable bool) {
	switch d := data.(type) {
	case string:
		switch l.kind {
		case textLiteral:
			return d == l.text, true
		case patternLiteral:
			return l.pattern.MatchString(d), true
		}
	case bool:
		return d == l.truth, l.kind == boolLiteral
	case json.Number:
		n, err := d.Int64()
		return n == l.number, err == nil && l.kind == numberLiteral
	}
	return false, false
}

// holds tells whether a list has an element that the value equals.
func (l literal) holds(data any) bool {
	return slices.ContainsFunc(l.items, func(item literal) bool {
		same, comparable := item.matches(data)
		return same && comparable
	})
}

func (l literal) holdsText(text string) bool { return l.holds(text) }

// ordered compares whole numbers; nothing else has an order.
func (l literal) ordered(data any, o operator) bool {
	number, ok := data.(json.Number)
	if !ok || l.kind != numberLiteral {
		return false
	}
	n, err := number.Int64()
	if err != nil {
		return false
	}
	switch o {
	case less:
		return n < l.number
	case atMost:
		return n <= l.number
	case greater:
		return n > l.number
	default:
		return n >= l.number
	}
}
