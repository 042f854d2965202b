package canaries

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/inventory"
)

//go:embed faults.yaml
var faultsFile []byte

// Fault is what somebody might do to a template by mistake or on purpose.
type Fault struct {
	// Name says in words what was done.
	Name string `yaml:"name"`
	// Control that the fault breaks.
	Control string `yaml:"control"`
	// In names the template: environment (default), shared (with packages in CodeArtifact) or index (with a served index).
	In string `yaml:"in"`
	// Resource is the logical id, without the hash that the CDK appends. Holding chooses a managed policy by the Sid of a
	// statement instead, because statements move from one policy to the next.
	Resource string `yaml:"resource"`
	Holding  string `yaml:"holding"`
	// Drop deletes the resource. Set and Append change values at paths; Remove takes paths away; Add adds resources by their
	// logical ids. A path is a list of keys with dots; [n] is an element of a list, [Sid] the statement of that id.
	// Fill puts a text of so many characters at a path.
	Drop   bool           `yaml:"drop"`
	Fill   map[string]int `yaml:"fill"`
	Set    map[string]any `yaml:"set"`
	Append map[string]any `yaml:"append"`
	Remove []string       `yaml:"remove"`
	Add    map[string]any `yaml:"add"`
}

// Faults returns all faults.
func Faults() ([]Fault, error) {
	var faults []Fault
	if err := yaml.UnmarshalWithOptions(faultsFile, &faults, yaml.Strict()); err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for i := range faults {
		f := &faults[i]
		if f.In == "" {
			f.In = "environment"
		}
		_, known := controls.Lookup(f.Control)
		if f.Name == "" || names[f.Name] || !known || !slices.Contains([]string{"environment", "shared", "index"}, f.In) {
			return nil, fmt.Errorf("fault %d (%s) needs a name of its own, a control of the catalogue and a template", i+1, f.Name)
		}
		names[f.Name] = true
	}
	return faults, nil
}

// Apply returns the stack with the fault. It fails where the fault does not fit the template any more.
func (f Fault) Apply(s inventory.Stack) (inventory.Stack, error) {
	spoilt, err := deepCopy(s)
	if err != nil {
		return s, err
	}
	t := template{resources: spoilt.Template.Resources}
	if f.Resource != "" || f.Holding != "" {
		if err := f.change(t); err != nil {
			return s, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	for id, value := range f.Add {
		var added inventory.Resource
		if err := convert(t.references(value), &added); err != nil {
			return s, fmt.Errorf("%s: %s: %w", f.Name, id, err)
		}
		t.resources[id] = added
	}
	if equal(spoilt, s) {
		return s, fmt.Errorf("%s: changes nothing", f.Name)
	}
	return spoilt, nil
}

func (f Fault) change(t template) error {
	id, err := t.logical(f.Resource)
	if f.Holding != "" {
		id, err = t.holding(f.Holding)
	}
	if err != nil {
		return err
	}
	if f.Drop {
		delete(t.resources, id)
		return nil
	}
	var resource map[string]any
	if err := convert(t.resources[id], &resource); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(f.Set)) {
		if err := edit(resource, path, func(any) any { return t.references(f.Set[path]) }); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.Fill)) {
		if err := edit(resource, path, func(any) any { return strings.Repeat("x", f.Fill[path]) }); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.Append)) {
		err := edit(resource, path, func(old any) any {
			list, isList := old.([]any)
			if !isList {
				list = []any{old}
			}
			return append(list, t.references(f.Append[path]))
		})
		if err != nil {
			return err
		}
	}
	for _, path := range f.Remove {
		if err := edit(resource, path, func(any) any { return removed }); err != nil {
			return err
		}
	}
	var changed inventory.Resource
	if err := convert(resource, &changed); err != nil {
		return err
	}
	t.resources[id] = changed
	return nil
}

type template struct{ resources map[string]inventory.Resource }

var hash = regexp.MustCompile(`^[0-9A-F]{8}$`)

// logical finds the id with the CDK's hash.
func (t template) logical(name string) (string, error) {
	for id := range t.resources {
		if rest, ok := strings.CutPrefix(id, name); ok && (rest == "" || hash.MatchString(rest)) {
			return id, nil
		}
	}
	return "", fmt.Errorf("no resource is called %s", name)
}

// holding finds the managed policy with the statement.
func (t template) holding(sid string) (string, error) {
	for id, r := range t.resources {
		document, _ := r.Properties["PolicyDocument"].(map[string]any)
		statements, _ := document["Statement"].([]any)
		if r.Type == "AWS::IAM::ManagedPolicy" && element(statements, sid) >= 0 {
			return id, nil
		}
	}
	return "", fmt.Errorf("no managed policy holds %s", sid)
}

// references completes the logical ids in Ref and Fn::GetAtt.
func (t template) references(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, inner := range v {
			if id, ok := inner.(string); ok && key == "Ref" {
				if full, err := t.logical(id); err == nil {
					inner = full
				}
			}
			if list, ok := inner.([]any); ok && key == "Fn::GetAtt" && len(list) == 2 {
				if full, err := t.logical(fmt.Sprint(list[0])); err == nil {
					inner = []any{full, list[1]}
				}
			}
			out[key] = t.references(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = t.references(inner)
		}
		return out
	}
	return value
}

// removed marks a value that is taken away.
var removed = struct{ removed bool }{true}

var step = regexp.MustCompile(`[^.\[\]]+`)

// edit changes the value at the path. A key at its end may be new; everything before must exist.
func edit(in any, path string, change func(old any) any) error {
	steps := step.FindAllString(path, -1)
	for i, name := range steps {
		last := i == len(steps)-1
		switch holder := in.(type) {
		case map[string]any:
			if last {
				assign(holder, name, change(holder[name]))
				return nil
			}
			next, ok := holder[name]
			if !ok {
				return fmt.Errorf("%s: there is no %s", path, name)
			}
			in = next
		case []any:
			at := element(holder, name)
			if at < 0 {
				return fmt.Errorf("%s: no element %s", path, name)
			}
			if last {
				value := change(holder[at])
				if value == any(removed) {
					return fmt.Errorf("%s: set the list without the element instead", path)
				}
				holder[at] = value
				return nil
			}
			in = holder[at]
		default:
			return fmt.Errorf("%s: nothing is inside %v", path, in)
		}
	}
	return nil
}

func assign(holder map[string]any, name string, value any) {
	if value == any(removed) {
		delete(holder, name)
		return
	}
	holder[name] = value
}

// element finds an element by its number, or a statement by its Sid.
func element(list []any, name string) int {
	if n, err := strconv.Atoi(name); err == nil {
		if n < len(list) {
			return n
		}
		return -1
	}
	return slices.IndexFunc(list, func(e any) bool {
		m, ok := e.(map[string]any)
		return ok && m["Sid"] == name
	})
}

func deepCopy(s inventory.Stack) (inventory.Stack, error) {
	var t inventory.Template
	if err := convert(s.Template, &t); err != nil {
		return s, err
	}
	s.Template = t
	return s, nil
}

// convert goes through JSON, which templates are made of.
func convert(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func equal(a, b inventory.Stack) bool {
	x, errX := json.Marshal(a.Template)
	y, errY := json.Marshal(b.Template)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
