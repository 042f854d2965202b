package config

import (
	"reflect"
	"strings"
	"sync"
)

// structField is a field of a configuration type as the file spells it.
type structField struct {
	name      string
	index     []int
	typ       reflect.Type
	omitEmpty bool
}

var fieldCache sync.Map // reflect.Type -> []structField

// fieldsOf returns the fields of a struct type in order; those of an inlined struct are among them.
func fieldsOf(t reflect.Type) []structField {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.([]structField)
	}
	var fields []structField
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if strings.Contains(options, "inline") {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				fields = append(fields, inner)
			}
			continue
		}
		fields = append(fields, structField{
			name:      name,
			index:     []int{i},
			typ:       f.Type,
			omitEmpty: strings.Contains(options, "omitempty"),
		})
	}
	fieldCache.Store(t, fields)
	return fields
}

func fieldNames(fields []structField) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// unknown reports a field that the type doesn't have and says which one was probably meant. That one is then not
// reported as missing too.
func (d *decoder) unknown(name string, fields []structField, at path) {
	var advice string
	meant := at
	if inner := holder(name, fields); inner != "" {
		advice = "it belongs under " + inner
		meant = at.field(inner).field(name)
	} else {
		advice = suggestion(name, fieldNames(fields))
		meant = at.field(nearest(name, fieldNames(fields)))
	}
	if !d.given(meant) {
		d.failed[meant] = true
	}
	d.addAt(d.keys[at.field(show(name))], at, "unknown field %q; %s", name, advice)
}

// holder returns the name of the field whose own fields include the one named, or "".
func holder(name string, fields []structField) string {
	for _, f := range fields {
		if f.typ.Kind() != reflect.Struct {
			continue
		}
		for _, inner := range fieldsOf(f.typ) {
			if inner.name == name {
				return f.name
			}
		}
	}
	return ""
}
