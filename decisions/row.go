package decisions

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/secureml/environments/controls"
)

//go:embed rows/*.yaml rows/organization/*.yaml
var rowFiles embed.FS

// Row is one request and the decision that must come out. Texts hold placeholders in braces: {data-bucket} is the
// environment's parameter of that name, {other:data-bucket} that of the other environment, see World.
type Row struct {
	// ID of the attack request or promise that the row proves, such as H-30; several rows may prove one.
	ID string `yaml:"id"`
	// About says in words what the row shows.
	About string `yaml:"about"`
	// Who are the personas for whom the row holds, or principals that a family names.
	Who Values `yaml:"who"`
	// Action and Resource of the request; with several, the row holds for each action on each resource. In a resource,
	// {kind} is the kind that the action is about. Owner is the
	// resource's account: own (default), shared, stranger, or aws for what AWS owns; the last two open what is theirs to
	// everybody, and opened is something of the own account that somebody has opened to everybody.
	Action   Values `yaml:"action"`
	Resource Values `yaml:"resource"`
	Owner    string `yaml:"owner"`
	// Via is how the request travels: endpoint (default), internet, corporate, service (an AWS service for the caller).
	Via string `yaml:"via"`
	// Through names endpoints, such as ecr.dkr, for each of which the row holds; none: the usual one of the action.
	Through Values `yaml:"through"`
	// Tagged says whose tags the resource carries: own, other (of the other project), sibling (of another environment of
	// the own project), none (default).
	Tagged string `yaml:"tagged"`
	// With names contexts of the file; Context adds keys, Without takes keys away, in this order. Without may also name
	// a key that every request carries.
	With    []string          `yaml:"with"`
	Context map[string]Values `yaml:"context"`
	Without []string          `yaml:"without"`
	// Expect is allow or deny.
	Expect string `yaml:"expect"`
	// Control that refuses the request, for a deny. Others may refuse it as well.
	Control string `yaml:"control"`
	// Reference is what the policies of the original workshop decided, where that is known: allow or deny.
	Reference string `yaml:"reference"`

	// Family is the file's name.
	Family string `yaml:"-"`
	// principals that families name.
	principals map[string]string
	// organization tells that the organisation's policies must refuse, whatever others do.
	organization bool
}

// Values of a context key, written as one text or as a list.
type Values []string

// UnmarshalYAML takes a text or a list of texts.
func (v *Values) UnmarshalYAML(decode func(any) error) error {
	var one string
	if decode(&one) == nil {
		*v = Values{one}
		return nil
	}
	many := []string{}
	if err := decode(&many); err != nil {
		return err
	}
	*v = many
	return nil
}

// Family is one file of rows.
type Family struct {
	// About says what the family is about.
	About string `yaml:"about"`
	// Contexts that rows name.
	Contexts map[string]map[string]Values `yaml:"contexts"`
	// Principals that rows name besides the personas: the ARN of a role that has all rights in its account and no
	// boundary, the ARN of a user, or the name of an AWS service.
	Principals map[string]string `yaml:"principals"`
	Rows       []Row             `yaml:"rows"`
	// Residual are the attack requests of the family that policies cannot decide, or only in part.
	Residual []Residual `yaml:"residual"`
}

// Residual is an attack request, or the part of one, that no policy can decide, because the request shows nothing to
// decide by or because it is no request to AWS at all.
type Residual struct {
	// ID of the attack request, such as H-72.
	ID string `yaml:"id"`
	// Why policies cannot decide it.
	Why string `yaml:"why"`
	// WatchedBy names what stops or notices it instead: a template rule, or something that inspects what was created.
	WatchedBy string `yaml:"watchedBy"`
}

// Rows returns the hand-written rows of all families, with their contexts filled in. They hold for an account inside and
// outside an organisation.
func Rows() ([]Row, error) { return rowsOf("rows/*.yaml") }

// OrganizationRows returns the hand-written rows that hold where the organisation's policies are attached.
func OrganizationRows() ([]Row, error) {
	rows, err := rowsOf("rows/organization/*.yaml")
	for i := range rows {
		rows[i].organization = true
	}
	return rows, err
}

func rowsOf(pattern string) ([]Row, error) {
	names, families, err := families(pattern)
	if err != nil {
		return nil, err
	}
	contexts, principals := map[string]map[string]Values{}, map[string]string{}
	for _, name := range names {
		maps.Copy(principals, families[name].Principals)
		for key, context := range families[name].Contexts {
			if _, ok := contexts[key]; ok {
				return nil, fmt.Errorf("%s: the context %s exists already", name, key)
			}
			contexts[key] = context
		}
	}
	var rows []Row
	for _, name := range names {
		for i, r := range families[name].Rows {
			r.Family, r.principals = strings.TrimSuffix(strings.TrimPrefix(name, "rows/"), ".yaml"), principals
			if err := r.complete(contexts); err != nil {
				return nil, fmt.Errorf("%s: row %d (%s): %w", name, i+1, r.ID, err)
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// Residuals returns what policies cannot decide, of all families.
func Residuals() ([]Residual, error) {
	names, families, err := families("rows/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Residual
	for _, name := range names {
		for i, r := range families[name].Residual {
			if r.ID == "" || r.Why == "" || r.WatchedBy == "" {
				return nil, fmt.Errorf("%s: residual %d (%s) needs id, why and watchedBy", name, i+1, r.ID)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// families reads the files, in the order of their names.
func families(pattern string) ([]string, map[string]Family, error) {
	names, err := fs.Glob(rowFiles, pattern)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]Family{}
	for _, name := range names {
		text, err := rowFiles.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		var f Family
		if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = f
	}
	return names, all, nil
}

// through is each endpoint of the row, empty for the usual one.
func (r Row) through() []string {
	if len(r.Through) == 0 {
		return []string{""}
	}
	return r.Through
}

// complete fills in defaults and contexts, and refuses a row that could not mean what it says.
func (r *Row) complete(contexts map[string]map[string]Values) error {
	r.Owner, r.Via, r.Tagged = orDefault(r.Owner, "own"), orDefault(r.Via, "endpoint"), orDefault(r.Tagged, "none")
	for _, c := range []struct {
		name, value string
		among       []string
	}{
		{"owner", r.Owner, []string{"own", "shared", "stranger", "aws", "opened"}}, {"via", r.Via, []string{"endpoint", "internet", "corporate", "service"}},
		{"tagged", r.Tagged, []string{"own", "other", "sibling", "none"}}, {"expect", r.Expect, []string{"allow", "deny"}},
		{"reference", orDefault(r.Reference, "allow"), []string{"allow", "deny"}},
	} {
		if !slices.Contains(c.among, c.value) {
			return fmt.Errorf("%s: %q is not one of %v", c.name, c.value, c.among)
		}
	}
	if r.ID == "" || r.About == "" || len(r.Who) == 0 || len(r.Action) == 0 || len(r.Resource) == 0 || r.Expect == "deny" && r.Control == "" {
		return fmt.Errorf("a row needs id, about, who, action, resource, expect, and a control if it is a deny")
	}
	if _, ok := controls.Lookup(r.Control); !ok && r.Control != "" {
		return fmt.Errorf("control: %s is not in the catalogue", r.Control)
	}
	if len(r.Through) > 0 && r.Via != "endpoint" {
		return fmt.Errorf("through: the request does not travel through an endpoint")
	}
	merged := map[string]Values{}
	for _, name := range r.With {
		context, ok := contexts[name]
		if !ok {
			return fmt.Errorf("no context is called %s", name)
		}
		for key, values := range context {
			merged[key] = values
		}
	}
	for key, values := range r.Context {
		merged[key] = values
	}
	r.Without = slices.DeleteFunc(slices.Clone(r.Without), func(key string) bool {
		_, ok := merged[key]
		delete(merged, key)
		return ok
	})
	r.Context = merged
	return nil
}

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
