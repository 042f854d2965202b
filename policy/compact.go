package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/secureml/environments/policy/authorization"
)

// Compact returns action patterns that mean exactly the same actions in fewer characters, according to the
// authorization reference. An action that AWS adds later may match a pattern too, so it is for documents that
// have no room for lists, and for denies only.
func Compact(actions []string) []string {
	wanted := map[string]bool{}
	for _, a := range actions {
		wanted[a] = true
	}
	covers := coversWithin(wanted)
	var out []string
	for len(wanted) > 0 {
		best, saved := "", 0
		for pattern, covered := range covers {
			n := -len(pattern)
			for _, a := range covered {
				if wanted[a] {
					n += len(a) + len(`"",`)
				}
			}
			n -= len(`"",`)
			if n > saved || n == saved && best != "" && pattern < best {
				best, saved = pattern, n
			}
		}
		if best == "" {
			break
		}
		out = append(out, best)
		for _, a := range covers[best] {
			delete(wanted, a)
		}
	}
	for a := range wanted {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

var word = regexp.MustCompile(`[A-Z][a-z0-9]*`)

// coversWithin returns patterns that match wanted actions and no others, with the actions that each matches.
func coversWithin(wanted map[string]bool) map[string][]string {
	covers := map[string][]string{}
	tried := map[string]bool{}
	services := map[string][]authorization.Action{}
	for action := range wanted {
		prefix, name, _ := strings.Cut(action, ":")
		if services[prefix] == nil {
			services[prefix] = authorization.Actions(prefix)
		}
		ends := word.FindAllStringIndex(name, -1)
		for i := range ends {
			for j := i; j <= len(ends); j++ {
				// The words before i, anything, the words from j on.
				head, tail := name[:ends[i][0]], ""
				if j < len(ends) {
					tail = name[ends[j][0]:]
				}
				pattern := prefix + ":" + head + "*" + tail
				if tried[pattern] || head+tail == "" {
					continue
				}
				tried[pattern] = true
				if names, ok := within(services[prefix], prefix+":"+head, tail, wanted); ok && len(names) > 1 {
					covers[pattern] = names
				}
			}
		}
	}
	return covers
}

// within returns the names that begin with head and end with tail, and whether all of them are wanted.
func within(all []authorization.Action, head, tail string, wanted map[string]bool) ([]string, bool) {
	var names []string
	for _, a := range all {
		if len(a.Name) < len(head)+len(tail) || !strings.HasPrefix(a.Name, head) || !strings.HasSuffix(a.Name, tail) {
			continue
		}
		if !wanted[a.Name] {
			return nil, false
		}
		names = append(names, a.Name)
	}
	return names, true
}
