package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// fewestResourceTypes is well under the number of types in the pinned version:
// fewer mean that the database no longer has the shape that is read here.
const fewestResourceTypes = 1500

type resourceType struct {
	Type string `json:"type"`
	// Name are the properties that choose the physical name.
	Name       []string `json:"name,omitempty"`
	Replace    []string `json:"replace,omitempty"`
	MayReplace []string `json:"mayReplace,omitempty"`
	Stateful   bool     `json:"stateful,omitempty"`
}

// specification is the part of the database of AWS resources that tells what
// replaces a resource. Types of properties are linked by number.
type specification struct {
	Schema struct {
		Resource struct {
			Entities []struct {
				CloudFormationType              string
				PrimaryIdentifier               []string
				IsStateful                      bool
				Properties                      map[string]specProperty
				AdditionalReplacementProperties [][]string
			}
		}
		TypeDefinition struct {
			Entities []struct {
				ID         string `json:"$id"`
				Properties map[string]specProperty
			}
		}
	}
}

type specProperty struct {
	CausesReplacement string
	Type              specType
}

type specType struct {
	Reference struct {
		To string `json:"$ref"`
	}
	Element *specType
	Types   []specType
}

// references are the property types that a value can be made of.
func (t specType) references() []string {
	var all []string
	if t.Reference.To != "" {
		all = append(all, t.Reference.To)
	}
	if t.Element != nil {
		all = append(all, t.Element.references()...)
	}
	for _, u := range t.Types {
		all = append(all, u.references()...)
	}
	return all
}

func resourceTypes(packageDir string) (file, error) {
	text, err := readGzip(filepath.Join(packageDir, "db.json.gz"))
	if err != nil {
		return file{}, err
	}
	var spec specification
	if err := json.Unmarshal(text, &spec); err != nil {
		return file{}, err
	}
	found := typesIn(spec)
	if len(found) < fewestResourceTypes {
		return file{}, fmt.Errorf("%d resource types, want at least %d", len(found), fewestResourceTypes)
	}
	return newFile(serviceSpecSource, "db.json.gz", listOf("types", found)), nil
}

func typesIn(spec specification) []resourceType {
	definitions := map[string]map[string]specProperty{}
	for _, d := range spec.Schema.TypeDefinition.Entities {
		definitions[d.ID] = d.Properties
	}
	var all []resourceType
	for _, r := range spec.Schema.Resource.Entities {
		t := resourceType{Type: r.CloudFormationType, Stateful: r.IsStateful}
		for _, id := range r.PrimaryIdentifier {
			if _, ok := r.Properties[id]; ok {
				t.Name = append(t.Name, id)
			}
		}
		w := walk{definitions: definitions, into: &t}
		w.properties("", r.Properties, nil)
		for _, path := range r.AdditionalReplacementProperties {
			t.Replace = append(t.Replace, strings.Join(path, "."))
		}
		t.Replace, t.MayReplace = ascending(t.Replace), ascending(t.MayReplace)
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b resourceType) int { return cmp.Compare(a.Type, b.Type) })
	return all
}

func ascending(paths []string) []string {
	slices.Sort(paths)
	return slices.Compact(paths)
}

type walk struct {
	definitions map[string]map[string]specProperty
	into        *resourceType
}

// properties adds the paths below a prefix. It does not descend into a property
// that replaces as a whole, nor twice into the same type, which may hold itself.
func (w walk) properties(prefix string, properties map[string]specProperty, above []string) {
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		p := properties[name]
		switch p.CausesReplacement {
		case "yes":
			w.into.Replace = append(w.into.Replace, prefix+name)
			continue
		case "maybe":
			w.into.MayReplace = append(w.into.MayReplace, prefix+name)
			continue
		}
		for _, id := range p.Type.references() {
			if !slices.Contains(above, id) {
				w.properties(prefix+name+".", w.definitions[id], append(slices.Clone(above), id))
			}
		}
	}
}
