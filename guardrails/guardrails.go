package guardrails

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/policy"
)

// File is one policy document.
type File struct {
	// Path below the folder that is written, such as accounts/111122223333/scp-1.json.
	Path string
	// JSON without white space.
	JSON string
	// Limit is how many characters AWS admits.
	Limit int
	// Holds are the ids of the controls in the document, in alphabetical order.
	Holds []string
}

// Parameters are the values of Systems Manager parameters by their full names.
type Parameters map[string]string

// ReadParameters reads the output of aws ssm get-parameters-by-path --recursive --path /secureml, one file for each account.
func ReadParameters(files ...string) (Parameters, error) {
	all := Parameters{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var listing struct {
			Parameters []struct{ Name, Value string }
		}
		if err := json.Unmarshal(text, &listing); err != nil || len(listing.Parameters) == 0 {
			return nil, fmt.Errorf("%s holds no parameters; write it with aws ssm get-parameters-by-path --recursive --path /secureml --output json", name)
		}
		for _, p := range listing.Parameters {
			all[p.Name] = p.Value
		}
	}
	return all, nil
}

// below returns the parameters under the prefix, by the last part of their names.
func (p Parameters) below(prefix string) map[string]string {
	found := map[string]string{}
	for name, value := range p {
		if last, ok := strings.CutPrefix(name, prefix); ok && !strings.Contains(last, "/") {
			found[last] = value
		}
	}
	return found
}

// Export returns the policies for the planned environments, whose deployed resources the parameters tell. It fails with everything
// that is missing at once: accounts that the configuration leaves to the deployer, and environments that are not deployed.
func Export(p plan.Plan, parameters Parameters) ([]File, error) {
	o := controls.Organization{ID: p.OrganizationID}
	var missing []error
	for _, e := range p.Environments {
		if e.Target.Account == "" {
			missing = append(missing, fmt.Errorf("%s/%s has no account; name it in the configuration", e.Project, e.Name))
			continue
		}
		facts, err := e.DeployedFacts(parameters.below(e.Prefix()))
		if err != nil {
			missing = append(missing, fmt.Errorf("%s/%s: %w", e.Project, e.Name, err))
			continue
		}
		o.Environments = append(o.Environments, facts)
	}
	if err := errors.Join(missing...); err != nil {
		return nil, err
	}
	return export(o)
}

func export(o controls.Organization) ([]File, error) {
	files, err := packed("organization/scp", controls.ServiceControl(o))
	if err != nil {
		return nil, err
	}
	if o.ID != "" {
		more, err := packed("organization/rcp", controls.ResourceControl(o))
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	for _, account := range accounts(o) {
		statements, err := controls.AccountServiceControl(o, account)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", account, err)
		}
		more, err := packed("accounts/"+account+"/scp", statements)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", account, err)
		}
		files = append(files, more...)
	}
	for _, e := range o.Environments {
		files = append(files, file(fmt.Sprintf("accounts/%s/boundary-%s-%s.json", e.Account, e.Project, e.Name), controls.Boundary(e), policy.ManagedPolicyLimit))
	}
	return files, nil
}

func accounts(o controls.Organization) []string {
	set := map[string]bool{}
	for _, e := range o.Environments {
		set[e.Account] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// packed distributes statements over the policies that AWS Organizations attaches to one target.
func packed(name string, statements []policy.Statement) ([]File, error) {
	documents, err := policy.Pack(statements, policy.ServiceControlLimit, policy.Literal)
	if err != nil {
		return nil, err
	}
	if len(documents) > policy.ServiceControlsPerTarget {
		return nil, fmt.Errorf("%d policies are needed and %d can be attached; give some environments accounts of their own", len(documents), policy.ServiceControlsPerTarget)
	}
	var files []File
	for i, d := range documents {
		files = append(files, file(fmt.Sprintf("%s-%d.json", name, i+1), d, policy.ServiceControlLimit))
	}
	return files, nil
}

func file(path string, d policy.Document, limit int) File {
	holds := map[string]bool{}
	for _, s := range d.Statements {
		holds[controls.OfStatement(s.Sid)] = true
	}
	return File{Path: path, JSON: d.JSON(), Limit: limit, Holds: slices.Sorted(maps.Keys(holds))}
}

// Write writes the files and an index that says what to attach where. The folder must not exist, or be empty: a policy that is no
// longer exported must not be taken for one that is.
func Write(directory string, files []File) error {
	if entries, err := os.ReadDir(directory); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; name another folder or delete it", directory)
	}
	for _, f := range append(slices.Clone(files), File{Path: "README.md", JSON: index(files)}) {
		path := filepath.Join(directory, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.JSON), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func index(files []File) string {
	var b strings.Builder
	b.WriteString(`# Guardrails for AWS Organizations

Attach the policies in ` + "`organization`" + ` to the organisational unit that holds all accounts with environments, and those of an
account to that account. Keep FullAWSAccess attached: the policies only deny. Attach them after the environments are deployed,
and export again after an environment is added, moved or removed. The boundaries are for roles that are made elsewhere and
work in an environment.

` + "```" + `
aws organizations create-policy --type SERVICE_CONTROL_POLICY --name secureml-1 --description "Secure ML guardrails" --content file://organization/scp-1.json
aws organizations attach-policy --policy-id <id> --target-id <organisational unit or account>
` + "```" + `

| file | characters | controls |
|---|---|---|
`)
	for _, f := range files {
		fmt.Fprintf(&b, "| %s | %d of %d | %s |\n", f.Path, len(f.JSON), f.Limit, strings.Join(f.Holds, ", "))
	}
	return b.String()
}
