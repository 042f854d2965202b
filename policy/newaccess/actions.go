package newaccess

import (
	"strings"
	"sync"

	"github.com/secureml/environments/policy/authorization"
)

// actions is a set of actions: those of the reference by name, and those that the reference does not know by the
// pattern that means them.
type actions struct {
	names map[string]bool
	// all is the pattern *; negated is NotAction.
	all, negated bool
}

// otherAction stands for every action that neither the reference nor a policy names.
const otherAction = "any other action"

func newActions(yes, not any) actions {
	a := actions{names: map[string]bool{}}
	value := yes
	if not != nil {
		value, a.negated = not, true
	}
	for _, pattern := range elements(value) {
		if pattern == "*" {
			a.all = true
			continue
		}
		for _, name := range expand(pattern) {
			a.names[name] = true
		}
	}
	return a
}

var expansions sync.Map

func expand(pattern string) []string {
	if known, ok := expansions.Load(pattern); ok {
		return known.([]string)
	}
	var names []string
	for _, a := range authorization.Expand(pattern) {
		names = append(names, a.Name)
	}
	if names == nil {
		names = []string{strings.ToLower(pattern)}
	}
	expansions.Store(pattern, names)
	return names
}

func (a actions) has(name string) bool {
	if !a.negated {
		return a.all || a.names[name]
	}
	// A pattern that the reference does not know may mean one of the actions that are left out.
	if strings.ContainsAny(name, "*?") {
		prefix, _, _ := strings.Cut(name, ":")
		for excluded := range a.names {
			if strings.HasPrefix(excluded, prefix+":") {
				return false
			}
		}
	}
	return !a.all && !a.names[name]
}

// universe returns all actions that the policies can tell apart.
func universe(policies ...Policy) []string {
	all := map[string]bool{otherAction: true}
	for _, service := range authorization.Services() {
		for _, action := range authorization.Actions(service) {
			all[action.Name] = true
		}
	}
	for _, p := range policies {
		for _, s := range p.statements {
			for name := range s.actions.names {
				all[name] = true
			}
		}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	return names
}

// list returns the set's actions.
func (a actions) list(universe func() []string) []string {
	var names []string
	if !a.negated && !a.all {
		for name := range a.names {
			names = append(names, name)
		}
		return names
	}
	for _, name := range universe() {
		if a.has(name) {
			names = append(names, name)
		}
	}
	return names
}
