package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxValues that a file may hold once its aliases are followed: aliases of aliases multiply.
const maxValues = 100_000

// decoder fills the configuration's types from the syntax tree. It goes on after a mistake, so that a person sees all
// misspelt fields at once, and notes the position of every value.
type decoder struct {
	*report
	anchors map[string]ast.Node
	decoded int
}

// decode reads the whole document into the organisation.
func decode(r *report, root ast.Node, into *Organization) {
	d := &decoder{report: r, anchors: map[string]ast.Node{}}
	d.collectAnchors(root)
	r.values[""] = nodePosition(root)
	d.value(root, reflect.ValueOf(into).Elem(), "")
}

// collectAnchors finds the named values of the document, also those under fields that are not known.
func (d *decoder) collectAnchors(n ast.Node) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		if n.Name != nil {
			d.anchors[n.Name.GetToken().Value] = n.Value
		}
		d.collectAnchors(n.Value)
	case *ast.MappingNode:
		for _, entry := range n.Values {
			d.collectAnchors(entry.Value)
		}
	case *ast.SequenceNode:
		for _, item := range n.Values {
			d.collectAnchors(item)
		}
	}
}

// value decodes one node. Where it can't, the field keeps its zero value and counts as failed.
func (d *decoder) value(n ast.Node, into reflect.Value, at path) {
	if d.decoded++; d.decoded > maxValues {
		d.fail(at, d.locate(at), "the file holds more than %d values once aliases are followed; write fewer", maxValues)
		return
	}
	n = d.resolve(n, into, at)
	if n == nil {
		return
	}
	if _, isText := into.Addr().Interface().(encoding.TextUnmarshaler); isText {
		d.text(n, into, at)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.value(n, into.Elem(), at)
	case reflect.Struct:
		d.structure(n, into, at)
	case reflect.Slice:
		d.list(n, into, at)
	case reflect.Map:
		d.stringMap(n, into, at)
	default:
		d.scalar(n, into, at)
	}
}

// resolve follows anchors and aliases. It returns nil when it reported that there is no usable value.
func (d *decoder) resolve(n ast.Node, into reflect.Value, at path) ast.Node {
	for range maxNesting {
		switch node := n.(type) {
		case *ast.AnchorNode:
			n = node.Value
		case *ast.AliasNode:
			name := node.Value.GetToken().Value
			target, known := d.anchors[name]
			if !known {
				d.fail(at, d.locate(at), "alias *%s names no value; mark one with &%s", show(name), show(name))
				return nil
			}
			n = target
		case *ast.TagNode:
			d.fail(at, d.locate(at), "YAML tags such as %s are not supported; write the plain value", show(node.Start.Value))
			return nil
		case nil, *ast.NullNode:
			advice := "give one or remove the field"
			if kind := into.Kind(); kind == reflect.Pointer || kind == reflect.Struct {
				advice = "write {} for its defaults or remove the field"
			}
			d.fail(at, d.keyOf(at), "no value; %s", advice)
			return nil
		default:
			return n
		}
	}
	d.fail(at, d.locate(at), "an alias that leads back to itself; write the value")
	return nil
}

// keyOf returns the position of a field's key, or of the entry when it is an item of a list.
func (d *decoder) keyOf(at path) position {
	if where, ok := d.keys[at]; ok {
		return where
	}
	return d.locate(at)
}

// structure decodes the fields of a struct.
func (d *decoder) structure(n ast.Node, into reflect.Value, at path) {
	fields := fieldsOf(into.Type())
	mapping, ok := n.(*ast.MappingNode)
	if !ok {
		d.fail(at, d.locate(at), "%s; write its fields instead: %s", describe(n), strings.Join(fieldNames(fields), ", "))
		return
	}
	var unknown []string
	for name, entry := range d.entries(mapping, at) {
		field := slices.IndexFunc(fields, func(f structField) bool { return f.name == name })
		if field < 0 {
			unknown = append(unknown, name)
			continue
		}
		d.value(entry.Value, into.FieldByIndex(fields[field].index), at.field(name))
	}
	for _, name := range unknown {
		d.unknown(name, fields, at)
	}
}

// stringMap decodes a mapping from names to texts.
func (d *decoder) stringMap(n ast.Node, into reflect.Value, at path) {
	mapping, ok := n.(*ast.MappingNode)
	if !ok {
		d.fail(at, d.locate(at), "%s; write one name: value per line", describe(n))
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for name, entry := range d.entries(mapping, at) {
		value := reflect.New(into.Type().Elem()).Elem()
		d.value(entry.Value, value, at.field(show(name)))
		into.SetMapIndex(reflect.ValueOf(name), value)
	}
}

// entries yields the entries of a mapping by name and notes their positions. It reports keys that are given twice and
// keys that are no names.
func (d *decoder) entries(mapping *ast.MappingNode, at path) func(yield func(string, *ast.MappingValueNode) bool) {
	return func(yield func(string, *ast.MappingValueNode) bool) {
		lines := map[string]int{}
		for _, entry := range mapping.Values {
			where := tokenPosition(entry.Key.GetToken())
			name, problem := keyName(entry.Key)
			if first, twice := lines[name]; problem == "" && twice {
				problem = fmt.Sprintf("%s is already given in line %d; keep one of them", strconv.Quote(name), first)
			}
			if problem != "" {
				d.addAt(where, at, "%s", problem)
				continue
			}
			lines[name] = where.line
			field := at.field(show(name))
			d.keys[field] = where
			d.values[field] = valuePosition(entry, where)
			if !yield(name, entry) {
				return
			}
		}
	}
}

// keyName returns the name that a key spells, or what is wrong with it.
func keyName(key ast.MapKeyNode) (name, problem string) {
	switch key := key.(type) {
	case *ast.StringNode:
		return key.Value, ""
	case *ast.MergeKeyNode:
		return "", "merge keys (<<) are not supported; put what environments share under defaults"
	case *ast.MappingKeyNode:
		return "", "complex keys (?) are not supported; write name: value"
	default:
		return key.GetToken().Value, ""
	}
}

// valuePosition is where a problem with an entry is shown: the value, or the key of a list or of fields.
func valuePosition(entry *ast.MappingValueNode, key position) position {
	switch entry.Value.(type) {
	case nil, *ast.NullNode, *ast.MappingNode, *ast.SequenceNode, *ast.LiteralNode:
		return key
	default:
		return nodePosition(entry.Value)
	}
}

// list decodes a sequence. An item that can't be read keeps its place with a zero value.
func (d *decoder) list(n ast.Node, into reflect.Value, at path) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		advice := `write one "- " line for each entry`
		if _, isText := n.(*ast.StringNode); isText && into.Type().Elem().Kind() == reflect.String {
			advice = "write [" + show(n.GetToken().Value) + "]"
		}
		d.fail(at, d.locate(at), "%s, not a list; %s", describe(n), advice)
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(sequence.Values), len(sequence.Values)))
	for i, item := range sequence.Values {
		where := at.item(i)
		d.values[where] = d.locate(at)
		if item != nil {
			d.values[where] = nodePosition(item)
		}
		d.value(item, into.Index(i), where)
	}
}

// text decodes a type with a written form of its own.
func (d *decoder) text(n ast.Node, into reflect.Value, at path) {
	written, ok := textOf(n)
	if !ok {
		written = n.GetToken().Value
	}
	if err := into.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(written)); err != nil {
		d.fail(at, d.locate(at), "%v", err)
	}
}

// scalar decodes texts and numbers.
func (d *decoder) scalar(n ast.Node, into reflect.Value, at path) {
	written, isText := textOf(n)
	switch into.Kind() {
	case reflect.String:
		if isText {
			into.SetString(written)
			return
		}
		advice := "write one value, in quotes if it holds a colon"
		if _, isScalar := n.(ast.ScalarNode); isScalar {
			advice = `write it in quotes: "` + n.GetToken().Value + `"`
		}
		d.fail(at, d.locate(at), "%s, not text; %s", describe(n), advice)
	case reflect.Int:
		whole, ok := wholeNumber(n)
		if !ok {
			d.fail(at, d.locate(at), "%s, not a whole number; %s", describe(n), numberAdvice(n))
			return
		}
		into.SetInt(whole)
	case reflect.Float64:
		number, ok := decimalNumber(n)
		if !ok {
			d.fail(at, d.locate(at), "%s, not a number; %s", describe(n), numberAdvice(n))
			return
		}
		into.SetFloat(number)
	default:
		panic("config: no decoder for type " + into.Type().String())
	}
}

// textOf returns the text of a plain, quoted or block string.
func textOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	default:
		return "", false
	}
}

func wholeNumber(n ast.Node) (int64, bool) {
	if integer, ok := n.(*ast.IntegerNode); ok {
		switch value := integer.Value.(type) {
		case int64:
			return value, true
		case uint64:
			return int64(value), value <= 1<<62
		}
	}
	return 0, false
}

func decimalNumber(n ast.Node) (float64, bool) {
	if decimal, ok := n.(*ast.FloatNode); ok {
		return decimal.Value, true
	}
	whole, ok := wholeNumber(n)
	return float64(whole), ok
}

// numberAdvice says what to write where a number is expected.
func numberAdvice(n ast.Node) string {
	t := n.GetToken()
	_, err := strconv.ParseFloat(t.Value, 64)
	isQuoted := t.Type == token.DoubleQuoteType || t.Type == token.SingleQuoteType
	if isQuoted && err == nil {
		return "write " + t.Value + " without quotes"
	}
	return "write a plain number such as 365"
}

// describe names what a node is, for "... , not a list".
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode:
		return "fields"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode:
		return show(n.Token.Value) + " is a boolean"
	case *ast.IntegerNode:
		return show(n.Token.Value) + " is a number"
	case *ast.FloatNode:
		return show(n.Token.Value) + " is a decimal number"
	case *ast.InfinityNode:
		return show(n.Token.Value) + " is infinite"
	case *ast.NanNode:
		return show(n.Token.Value) + " is undefined"
	default:
		written, _ := textOf(n)
		return show(written) + " is text"
	}
}
