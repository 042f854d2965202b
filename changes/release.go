package changes

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/secureml/environments/inventory"
)

// release is the form in which the templates of a release are kept. Equal resources of different stacks stand side by
// side, because gzip finds repetitions at a distance of 32 KiB at most: this saves a third.
type release struct {
	Stacks    []releasedStack
	Resources []releasedResource
}

type releasedStack struct {
	ID, Name, Account, Region string
	Parameters                map[string]map[string]any
}

type releasedResource struct {
	ID string
	// Stack is the number of the stack in the list.
	Stack int
	inventory.Resource
}

// WriteRelease writes the templates of an assembly in compressed form, the same bytes for the same templates. Metadata
// other than construct paths, and what changes nothing that is deployed, is left out.
func WriteRelease(w io.Writer, assembly inventory.Assembly) error {
	var out release
	for i, s := range assembly.Stacks {
		out.Stacks = append(out.Stacks, releasedStack{s.ID, s.Name, s.Account, s.Region, s.Template.Parameters})
		for id, r := range s.Template.Resources {
			path := r.ConstructPath()
			if r.Metadata = nil; path != "" {
				r.Metadata = map[string]any{"aws:cdk:path": path}
			}
			out.Resources = append(out.Resources, releasedResource{id, i, r})
		}
	}
	slices.SortFunc(out.Resources, func(a, b releasedResource) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Stack, b.Stack)) })
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(compressed)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		return err
	}
	return compressed.Close()
}

// ReadRelease reads what WriteRelease wrote.
func ReadRelease(r io.Reader) (inventory.Assembly, error) {
	plain, err := gzip.NewReader(r)
	if err != nil {
		return inventory.Assembly{}, fmt.Errorf("not the templates of a release: %w", err)
	}
	var in release
	if err := json.NewDecoder(plain).Decode(&in); err != nil {
		return inventory.Assembly{}, fmt.Errorf("not the templates of a release: %w", err)
	}
	var assembly inventory.Assembly
	for _, s := range in.Stacks {
		template := inventory.Template{Parameters: maps.Clone(s.Parameters), Resources: map[string]inventory.Resource{}}
		assembly.Stacks = append(assembly.Stacks, inventory.Stack{ID: s.ID, Name: s.Name, Account: s.Account, Region: s.Region, Template: template})
	}
	for _, resource := range in.Resources {
		if resource.Stack < 0 || resource.Stack >= len(assembly.Stacks) {
			return inventory.Assembly{}, fmt.Errorf("%s belongs to no stack", resource.ID)
		}
		assembly.Stacks[resource.Stack].Template.Resources[resource.ID] = resource.Resource
	}
	return assembly, nil
}
