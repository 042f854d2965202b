package inventory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReadExport reads what was exported of deployed stacks, two files for each:
//
//	aws cloudformation get-template --stack-name S --template-stage Processed --output json > S.template.json
//	aws cloudformation describe-stack-resources --stack-name S --output json > S.resources.json
//
// The second names account and region and the ids that AWS has chosen. Without it, ids are made up as for a synthesized
// stack, and account and region are open. It fails when the directory holds no such file, or one of another form.
func ReadExport(directory string) (Assembly, error) {
	files, err := filepath.Glob(filepath.Join(directory, "*.template.json"))
	if err != nil {
		return Assembly{}, err
	}
	if len(files) == 0 {
		return Assembly{}, fmt.Errorf("%s holds no <stack>.template.json; write it with aws cloudformation get-template", directory)
	}
	assembly := Assembly{Directory: directory}
	for _, file := range files {
		stack, err := readExported(file)
		if err != nil {
			return Assembly{}, err
		}
		assembly.Stacks = append(assembly.Stacks, stack)
	}
	return assembly, nil
}

func readExported(file string) (Stack, error) {
	name := strings.TrimSuffix(filepath.Base(file), ".template.json")
	var exported struct{ TemplateBody *Template }
	if err := readJSON(file, &exported); err != nil {
		return Stack{}, err
	}
	if exported.TemplateBody == nil || len(exported.TemplateBody.Resources) == 0 {
		return Stack{}, fmt.Errorf("%s holds no TemplateBody with resources; write it with aws cloudformation get-template --output json", file)
	}
	stack := Stack{ID: name, Name: name, TemplateFile: file, Template: *exported.TemplateBody}
	var described struct {
		StackResources []struct{ StackId, LogicalResourceId, PhysicalResourceId string }
	}
	resources := strings.TrimSuffix(file, ".template.json") + ".resources.json"
	if err := readJSON(resources, &described); errors.Is(err, fs.ErrNotExist) {
		return stack, nil
	} else if err != nil {
		return Stack{}, err
	}
	stack.Physical = map[string]string{}
	for _, r := range described.StackResources {
		// arn:aws:cloudformation:<region>:<account>:stack/...
		if parts := strings.Split(r.StackId, ":"); len(parts) > 5 {
			stack.Region, stack.Account = parts[3], parts[4]
		}
		stack.Physical[r.LogicalResourceId] = r.PhysicalResourceId
	}
	if stack.Account == "" {
		return Stack{}, fmt.Errorf("%s holds no StackResources with a StackId; write it with aws cloudformation describe-stack-resources --output json", resources)
	}
	return stack, nil
}

// isAssembly tells whether the directory holds a cloud assembly.
func isAssembly(directory string) bool {
	_, err := os.Stat(filepath.Join(directory, "manifest.json"))
	return err == nil
}
