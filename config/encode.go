package config

import (
	"encoding"
	"reflect"

	"github.com/goccy/go-yaml"
)

// MarshalYAML returns the organisation as fields in the order of the types. Parse reads back what it writes: unlike
// the library's own encoding it keeps empty lists, which say "none" where an absent one says "the default".
func (o Organization) MarshalYAML() (any, error) {
	return encodeStruct(reflect.ValueOf(o)), nil
}

func encodeStruct(v reflect.Value) yaml.MapSlice {
	encoded := yaml.MapSlice{}
	for _, f := range fieldsOf(v.Type()) {
		value := v.FieldByIndex(f.index)
		item := encodeValue(value)
		inner, isStruct := item.(yaml.MapSlice)
		isEmpty := value.IsZero() || isStruct && len(inner) == 0 && value.Kind() == reflect.Struct
		if f.omitEmpty && isEmpty {
			continue
		}
		encoded = append(encoded, yaml.MapItem{Key: f.name, Value: item})
	}
	return encoded
}

func encodeValue(v reflect.Value) any {
	if text, ok := v.Interface().(encoding.TextMarshaler); ok {
		written, err := text.MarshalText()
		if err == nil {
			return string(written)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return encodeValue(v.Elem())
	case reflect.Struct:
		return encodeStruct(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = encodeValue(v.Index(i))
		}
		return list
	case reflect.String:
		return v.String()
	default:
		return v.Interface()
	}
}
