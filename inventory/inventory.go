package inventory

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/secureml/environments/controls"
)

// Assembly is a synthesized cloud assembly.
type Assembly struct {
	// Directory that holds it.
	Directory string
	// Stacks in alphabetical order.
	Stacks []Stack
}

// Stack is one template with its target.
type Stack struct {
	// ID in the assembly, by which the cdk command names it; Name is the stack's own.
	ID, Name string
	// Account and Region are empty where the assembly leaves them open.
	Account, Region string
	// TemplateFile is the file's path.
	TemplateFile string
	Template     Template
	// Physical are the ids that AWS has chosen, by logical id; nil for a stack that is not deployed.
	Physical map[string]string
}

// Template is a CloudFormation template.
type Template struct {
	Parameters map[string]map[string]any
	Resources  map[string]Resource
	// Transform names macros that rewrite the template before CloudFormation deploys it; nil means none.
	Transform any
}

// Resource of a template. What the template leaves out stays out when a resource is written as JSON again.
type Resource struct {
	Type       string
	Properties map[string]any `json:",omitempty"`
	Metadata   map[string]any `json:",omitempty"`
	// Condition is the name of the condition under which the resource exists, empty for always.
	Condition           string `json:",omitempty"`
	DeletionPolicy      string `json:",omitempty"`
	UpdateReplacePolicy string `json:",omitempty"`
}

// ConstructPath returns the path of the construct that made the resource, such as Stack/Environment/DataKey/Resource;
// empty where the template does not tell. The cdk command writes it, unless path metadata is switched off.
func (r Resource) ConstructPath() string {
	path, _ := r.Metadata["aws:cdk:path"].(string)
	return path
}

// Read reads the cloud assembly in the directory, or the export of deployed stacks (ReadExport). It fails when the directory
// holds neither, or a template that is no JSON.
func Read(directory string) (Assembly, error) {
	if !isAssembly(directory) {
		assembly, err := ReadExport(directory)
		if err != nil {
			return Assembly{}, fmt.Errorf("%s is not a cloud assembly, and no export: %w", directory, err)
		}
		return assembly, nil
	}
	var manifest struct {
		Artifacts map[string]struct {
			Type        string
			Environment string
			Properties  struct {
				TemplateFile string
				StackName    string
			}
		}
	}
	if err := readJSON(filepath.Join(directory, "manifest.json"), &manifest); err != nil {
		return Assembly{}, err
	}
	assembly := Assembly{Directory: directory}
	for id, artifact := range manifest.Artifacts {
		if artifact.Type != "aws:cloudformation:stack" {
			continue
		}
		stack := Stack{ID: id, Name: artifact.Properties.StackName, TemplateFile: filepath.Join(directory, artifact.Properties.TemplateFile)}
		if stack.Name == "" {
			stack.Name = id
		}
		stack.Account, stack.Region = target(artifact.Environment)
		if err := readJSON(stack.TemplateFile, &stack.Template); err != nil {
			return Assembly{}, err
		}
		assembly.Stacks = append(assembly.Stacks, stack)
	}
	slices.SortFunc(assembly.Stacks, func(a, b Stack) int { return strings.Compare(a.ID, b.ID) })
	return assembly, nil
}

// target reads aws://account/region, where an open part is written unknown-account or unknown-region.
func target(environment string) (account, region string) {
	account, region, _ = strings.Cut(strings.TrimPrefix(environment, "aws://"), "/")
	if strings.HasPrefix(account, "unknown-") {
		account = ""
	}
	if strings.HasPrefix(region, "unknown-") {
		region = ""
	}
	return account, region
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// ResourceCount of all stacks.
func (a Assembly) ResourceCount() int {
	total := 0
	for _, s := range a.Stacks {
		total += len(s.Template.Resources)
	}
	return total
}

// Controls returns the ids of the catalogue's controls that have a statement in one of the templates' policies, or a
// Guard rule that a validated synthesis checks, in the order of the catalogue.
func (a Assembly) Controls() []string {
	found := map[string]bool{}
	for _, s := range a.Stacks {
		for _, r := range s.Template.Resources {
			collectControls(r.Properties, found)
		}
	}
	var ids []string
	for _, c := range controls.Catalogue() {
		if found[c.ID] || len(c.Template) > 0 {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func collectControls(value any, found map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		if sid, ok := v["Sid"].(string); ok {
			id := controls.OfStatement(sid)
			if _, isResourcePolicy := v["Principal"]; id == "" && v["Effect"] == "Allow" && !isResourcePolicy {
				id = controls.GrantControl
			}
			found[id] = true
		}
		for _, member := range v {
			collectControls(member, found)
		}
	case []any:
		for _, member := range v {
			collectControls(member, found)
		}
	}
}
