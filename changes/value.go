package changes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// canonical writes a value so that equal ones have equal texts. CloudFormation takes "30" for 30, and the order of lists
// means nothing in the properties that matter here.
func canonical(value any) string {
	switch v := value.(type) {
	case []any:
		parts := make([]string, len(v))
		for i, member := range v {
			parts[i] = canonical(member)
		}
		slices.Sort(parts)
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		var parts []string
		for key, member := range v {
			parts = append(parts, key+":"+canonical(member))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case nil:
		return "null"
	}
	return fmt.Sprintf("%q", fmt.Sprint(value))
}

// at returns the values at a path with dots, of every element of the lists on the way; none where the path leads nowhere.
func at(value any, path string) []any {
	if list, ok := value.([]any); ok && path != "" {
		var all []any
		for _, member := range list {
			all = append(all, at(member, path)...)
		}
		return all
	}
	if path == "" {
		if value == nil {
			return nil
		}
		return []any{value}
	}
	m, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	name, rest, _ := strings.Cut(path, ".")
	return at(m[name], rest)
}

// text shows a value to a person.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, member := range v {
			parts[i] = text(member)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		out, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(out)
	}
	return fmt.Sprint(value)
}

// shortLength in characters is what fits beside the other columns of a table.
const shortLength = 90

func short(value string) string {
	runes := []rune(value)
	if len(runes) <= shortLength {
		return value
	}
	return string(runes[:shortLength-1]) + "…"
}

// references returns the logical ids that a raw property value refers to.
func references(value any) []string {
	var ids []string
	switch v := value.(type) {
	case []any:
		for _, member := range v {
			ids = append(ids, references(member)...)
		}
	case map[string]any:
		for key, member := range v {
			switch {
			case key == "Ref":
				ids = append(ids, fmt.Sprint(member))
			case key == "Fn::GetAtt":
				ids = append(ids, attributeOf(member))
			case key == "Fn::Sub":
				ids = append(ids, substituted(member)...)
			}
			ids = append(ids, references(member)...)
		}
	}
	return ids
}

func attributeOf(argument any) string {
	if list, ok := argument.([]any); ok && len(list) > 0 {
		return fmt.Sprint(list[0])
	}
	id, _, _ := strings.Cut(fmt.Sprint(argument), ".")
	return id
}

// substituted returns the ids in a text such as ${Bucket.Arn}/data.
func substituted(argument any) []string {
	if list, ok := argument.([]any); ok && len(list) > 0 {
		argument = list[0]
	}
	var ids []string
	for _, part := range strings.Split(fmt.Sprint(argument), "${")[1:] {
		name, _, _ := strings.Cut(part, "}")
		id, _, _ := strings.Cut(name, ".")
		ids = append(ids, id)
	}
	return ids
}
