package random

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/config"
)

// Reduce removes fields and list entries from a configuration in YAML for as long as it stays valid and fails, and returns
// what is left: removing any one thing more makes it invalid or lets it pass. Fails is asked at most the number of times.
func Reduce(text []byte, most int, fails func(text []byte) bool) ([]byte, error) {
	var document any
	if err := yaml.UnmarshalWithOptions(text, &document, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("the configuration is not valid YAML: %w", err)
	}
	asked := 0
	for shrunk := true; shrunk; {
		shrunk = false
		// Large parts first: a project takes its users and settings along.
		for at := 0; ; {
			smaller, more := without(document, at)
			if !more {
				break
			}
			written, err := yaml.Marshal(smaller)
			if err != nil {
				return nil, err
			}
			if _, err := config.Parse("reduced.yaml", written); err != nil {
				at++
				continue
			}
			if asked++; asked > most {
				return text, nil
			}
			if !fails(written) {
				at++
				continue
			}
			document, text, shrunk = smaller, written, true
		}
	}
	return text, nil
}

// without returns a copy without the part at the position, counting parts from the outside in, and false when there are
// not so many.
func without(document any, position int) (any, bool) {
	paths := parts(document)
	if position >= len(paths) {
		return nil, false
	}
	return remove(document, paths[position]), true
}

// parts lists the paths of all fields and entries, the shortest first.
func parts(document any) [][]int {
	var paths [][]int
	level := [][]int{nil}
	for len(level) > 0 {
		var next [][]int
		for _, path := range level {
			for i := range children(at(document, path)) {
				next = append(next, append(slices.Clone(path), i))
			}
		}
		paths = append(paths, next...)
		level = next
	}
	return paths
}

func children(value any) []any {
	switch v := value.(type) {
	case yaml.MapSlice:
		values := make([]any, len(v))
		for i, item := range v {
			values[i] = item.Value
		}
		return values
	case []any:
		return v
	}
	return nil
}

func at(value any, path []int) any {
	for _, i := range path {
		value = children(value)[i]
	}
	return value
}

// remove copies what leads to the part; the rest is shared.
func remove(value any, path []int) any {
	i := path[0]
	switch v := value.(type) {
	case yaml.MapSlice:
		if len(path) == 1 {
			return slices.Delete(slices.Clone(v), i, i+1)
		}
		out := slices.Clone(v)
		out[i].Value = remove(v[i].Value, path[1:])
		return out
	case []any:
		if len(path) == 1 {
			return slices.Delete(slices.Clone(v), i, i+1)
		}
		out := slices.Clone(v)
		out[i] = remove(v[i], path[1:])
		return out
	}
	return value
}
