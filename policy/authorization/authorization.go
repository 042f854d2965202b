package authorization

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.json
var files embed.FS

// Access is an access level of the reference. An action can have several, for example Tagging and Write.
type Access string

// The access levels.
const (
	List        Access = "List"
	Read        Access = "Read"
	Write       Access = "Write"
	Tagging     Access = "Tagging"
	Permissions Access = "Permissions management"
)

// Action of a service.
type Action struct {
	// Name with its service prefix, in the reference's spelling: sagemaker:CreateTrainingJob.
	Name   string
	Access []Access
	// Resources are the names of the resource types that a statement can name for the action; empty when the action
	// supports only "*".
	Resources []string
	// Required are those of Resources that every request for the action has.
	Required []string
	keys     map[string]bool
}

// Mutates tells whether the action changes anything.
func (a Action) Mutates() bool {
	return slices.ContainsFunc(a.Access, func(l Access) bool { return l == Write || l == Tagging || l == Permissions })
}

// Carries tells whether a request for the action can hold the condition key: a key of the action, of one of its
// resource types, or a global key. The comparison ignores case, as IAM does.
func (a Action) Carries(key string) bool {
	return a.keys[generic(key)] || isGlobal(key)
}

// ValueType of a condition key.
type ValueType string

// The value types.
const (
	String  ValueType = "String"
	ARN     ValueType = "ARN"
	Bool    ValueType = "Bool"
	Numeric ValueType = "Numeric"
	Date    ValueType = "Date"
	IP      ValueType = "IPAddress"
)

// Key is a condition key.
type Key struct {
	Name string
	Type ValueType
	// Many tells that a request holds a set of values, which needs ForAnyValue or ForAllValues.
	Many bool
}

// Snapshot says where the facts come from.
type Snapshot struct {
	Source, Version, Date, Licence string
}

// About returns the origin of the snapshot.
var About = sync.OnceValue(func() Snapshot {
	var s Snapshot
	decode("snapshot", &s)
	return s
})

// Services returns the service prefixes in the snapshot.
var Services = sync.OnceValue(func() []string {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic(err) // embedded
	}
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".json"); name != "snapshot" {
			names = append(names, name)
		}
	}
	return names
})

// LookupAction finds an action by its full name, ignoring case.
func LookupAction(name string) (Action, bool) {
	prefix, _, _ := strings.Cut(name, ":")
	s, ok := service(prefix)
	if !ok {
		return Action{}, false
	}
	a, ok := s.actions[strings.ToLower(name)]
	return a, ok
}

// Actions returns every action of a service in alphabetical order, none for an unknown service.
func Actions(prefix string) []Action {
	s, ok := service(prefix)
	if !ok {
		return nil
	}
	var all []Action
	for _, name := range slices.Sorted(maps.Keys(s.actions)) {
		all = append(all, s.actions[name])
	}
	return all
}

// Expand returns the actions that a policy's action pattern means, in alphabetical order. The pattern's wildcards
// are * and ?, after the service prefix only.
func Expand(pattern string) []Action {
	prefix, _, _ := strings.Cut(pattern, ":")
	if !strings.ContainsAny(pattern, "*?") {
		if a, ok := LookupAction(pattern); ok {
			return []Action{a}
		}
		return nil
	}
	var found []Action
	for _, a := range Actions(prefix) {
		if ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(a.Name)); err == nil && ok {
			found = append(found, a)
		}
	}
	return found
}

// ActionsWithKey returns the full names of the service's actions that carry the key, in alphabetical order.
func ActionsWithKey(prefix, key string) []string {
	var names []string
	for _, a := range Actions(prefix) {
		if a.Carries(key) {
			names = append(names, a.Name)
		}
	}
	return names
}

// LookupKey finds a condition key, ignoring case. Keys with a variable part, such as aws:RequestTag/Project, are
// found by their fixed part.
func LookupKey(name string) (Key, bool) {
	if k, ok := globalKeys[generic(name)]; ok {
		return k, true
	}
	for _, s := range Services() {
		data, _ := service(s)
		if k, ok := data.keys[generic(name)]; ok {
			return k, true
		}
	}
	return Key{}, false
}

// ResourceARN returns the ARN format of a resource type, for example
// arn:${Partition}:sagemaker:${Region}:${Account}:training-job/${TrainingJobName}.
func ResourceARN(prefix, resourceType string) (string, bool) {
	s, ok := service(prefix)
	if !ok {
		return "", false
	}
	arn, ok := s.resources[resourceType]
	return arn, ok
}

// arnVariable is a variable of an ARN format.
var arnVariable = regexp.MustCompile(`\$\{(\w+)\}`)

// ARN returns the ARN of a resource of the kind that the action is about, the required one where there are several, with
// its variables, such as Account, filled in. It is "*" for an action that is about no kind.
func (a Action) ARN(fill func(variable string) string) string {
	prefix, _, _ := strings.Cut(a.Name, ":")
	for _, kind := range append(slices.Clone(a.Required), a.Resources...) {
		if format, ok := ResourceARN(prefix, kind); ok {
			return arnVariable.ReplaceAllStringFunc(format, func(match string) string { return fill(arnVariable.FindStringSubmatch(match)[1]) })
		}
	}
	return "*"
}

type serviceData struct {
	actions   map[string]Action
	keys      map[string]Key
	resources map[string]string
}

var (
	loadedMutex sync.Mutex
	loaded      = map[string]*serviceData{}
)

func service(prefix string) (*serviceData, bool) {
	prefix = strings.ToLower(prefix)
	if !slices.Contains(Services(), prefix) {
		return nil, false
	}
	loadedMutex.Lock()
	defer loadedMutex.Unlock()
	if s, ok := loaded[prefix]; ok {
		return s, true
	}
	s := load(prefix)
	loaded[prefix] = s
	return s, true
}

func load(prefix string) *serviceData {
	var file struct {
		Actions []struct {
			Name, Access    string
			Resources, Keys []string
		}
		Keys      []struct{ Name, Type string }
		Resources []struct {
			Name, ARN string
			Keys      []string
		}
	}
	decode(prefix, &file)

	s := &serviceData{actions: map[string]Action{}, keys: map[string]Key{}, resources: map[string]string{}}
	resourceKeys := map[string][]string{}
	for _, r := range file.Resources {
		s.resources[r.Name] = r.ARN
		resourceKeys[r.Name] = r.Keys
	}
	for _, k := range file.Keys {
		kind, many := strings.CutPrefix(k.Type, "ArrayOf")
		s.keys[generic(k.Name)] = Key{Name: k.Name, Type: ValueType(kind), Many: many}
	}
	for _, a := range file.Actions {
		action := Action{Name: prefix + ":" + a.Name, keys: map[string]bool{}}
		for _, level := range strings.Split(a.Access, ", ") {
			action.Access = append(action.Access, Access(level))
		}
		for _, k := range a.Keys {
			action.keys[generic(k)] = true
		}
		for _, r := range a.Resources {
			r, required := strings.CutSuffix(r, "*")
			if required {
				action.Required = append(action.Required, r)
			}
			action.Resources = append(action.Resources, r)
			for _, k := range resourceKeys[r] {
				action.keys[generic(k)] = true
			}
		}
		s.actions[strings.ToLower(action.Name)] = action
	}
	return s
}

func decode(name string, into any) {
	text, err := files.ReadFile("data/" + name + ".json")
	if err != nil {
		panic(err) // embedded
	}
	if err := json.Unmarshal(text, into); err != nil {
		panic(fmt.Sprintf("authorization: %s: %v", name, err)) // kept valid by the tests
	}
}

// variablePart marks keys whose last part the policy's author chooses: aws:RequestTag/Project.
const variablePart = "/*"

const encryptionContext = "kms:encryptioncontext:"

// generic returns the form under which a key is stored: lower case, the variable part replaced.
func generic(key string) string {
	key = strings.ToLower(key)
	// The variable part of a KMS encryption context key stands behind a colon, and may itself hold slashes.
	if strings.HasPrefix(key, encryptionContext) {
		return encryptionContext + "*"
	}
	if fixed, _, ok := strings.Cut(key, "/"); ok {
		return fixed + variablePart
	}
	return key
}
