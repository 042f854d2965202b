package guardrails

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/plan"
)

func planned(t *testing.T, file string) plan.Plan {
	t.Helper()
	organization, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return plan.New(organization)
}

// deployed are the parameters that the environments of the plan have once they are deployed.
func deployed(p plan.Plan) Parameters {
	all := Parameters{}
	for i, e := range p.Environments {
		key := func(n int) string {
			return fmt.Sprintf("arn:aws:kms:%s:%s:key/00000000-0000-0000-%04d-%012d", e.Target.Region, e.Target.Account, n, i)
		}
		for name, value := range map[string]string{
			"vpc-id": fmt.Sprintf("vpc-%017d", i), "subnet-ids": fmt.Sprintf("subnet-1%016d,subnet-2%016d", i, i),
			"security-group-id": fmt.Sprintf("sg-%017d", i), "s3-endpoint-id": fmt.Sprintf("vpce-%017d", i), "data-key-arn": key(1), "volume-key-arn": key(2),
			"log-key-arn": key(3), "data-bucket": "data-" + e.Project, "model-bucket": "model-" + e.Project,
		} {
			all[e.Prefix()+name] = value
		}
	}
	return all
}

// Every file is valid JSON within its limit; each account has its own, with its own environments' ids only.
func TestExport(t *testing.T) {
	p := planned(t, "../examples/multi-account.yaml")
	p.OrganizationID = "o-a1b2c3d4e5"
	files, err := Export(p, deployed(p))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Path)
		if len(f.JSON) > f.Limit || !json.Valid([]byte(f.JSON)) || len(f.Holds) == 0 || strings.Contains(f.JSON, "${Token") {
			t.Errorf("%s: %d of %d characters, controls %v", f.Path, len(f.JSON), f.Limit, f.Holds)
		}
		for i, e := range p.Environments {
			own := strings.HasPrefix(f.Path, "accounts/"+e.Target.Account+"/")
			if id := fmt.Sprintf("sg-%017d", i); strings.Contains(f.JSON, id) && !own {
				t.Errorf("%s names %s of %s/%s", f.Path, id, e.Project, e.Name)
			}
		}
	}
	for _, want := range []string{
		"organization/scp-1.json", "organization/rcp-1.json", "accounts/444455556666/scp-1.json", "accounts/777788889999/scp-1.json",
		"accounts/444455556666/boundary-fraud-dev.json", "accounts/777788889999/boundary-fraud-prod.json",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing among %v", want, names)
		}
	}
	p.OrganizationID = ""
	without, err := Export(p, deployed(p))
	if err != nil || slices.ContainsFunc(without, func(f File) bool { return strings.Contains(f.Path, "rcp") }) {
		t.Errorf("resource control policies without an organisation: %v", err)
	}
}

// What is missing is told at once, with what to do about each.
func TestExportSaysWhatIsMissing(t *testing.T) {
	p := planned(t, "../examples/multi-account.yaml")
	parameters := deployed(p)
	delete(parameters, p.Environments[0].Prefix()+"vpc-id")
	p.Environments[1].Target.Account = ""
	_, err := Export(p, parameters)
	for _, want := range []string{"fraud/dev: these parameters are missing: /secureml/fraud/dev/vpc-id", "fraud/test has no account; name it in the configuration"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// More environments than an account's policies have room for are refused, not cut.
func TestExportRefusesTooManyEnvironments(t *testing.T) {
	p := planned(t, "../examples/multi-account.yaml")
	first := p.Environments[0]
	for i := range 30 {
		e := first
		e.Name = fmt.Sprintf("e%d", i)
		p.Environments = append(p.Environments, e)
	}
	if _, err := Export(p, deployed(p)); err == nil || !strings.Contains(err.Error(), "give some environments accounts of their own") {
		t.Errorf("got %v", err)
	}
}

func TestReadAndWrite(t *testing.T) {
	directory := t.TempDir()
	listing := filepath.Join(directory, "parameters.json")
	if err := os.WriteFile(listing, []byte(`{"Parameters": [{"Name": "/secureml/a/dev/vpc-id", "Type": "String", "Value": "vpc-1"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	parameters, err := ReadParameters(listing)
	if err != nil || parameters.below("/secureml/a/dev/")["vpc-id"] != "vpc-1" || len(parameters.below("/secureml/a/")) != 0 {
		t.Errorf("%v, %v", parameters, err)
	}
	if err := os.WriteFile(listing, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadParameters(listing); err == nil || !strings.Contains(err.Error(), "aws ssm get-parameters-by-path") {
		t.Errorf("got %v", err)
	}
	out := filepath.Join(directory, "out")
	files := []File{{Path: "organization/scp-1.json", JSON: "{}", Limit: 5120, Holds: []string{"NET-01"}}}
	if err := Write(out, files); err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(out, "README.md"))
	if err != nil || !strings.Contains(string(index), "| organization/scp-1.json | 2 of 5120 | NET-01 |") {
		t.Errorf("%v\n%s", err, index)
	}
	if err := Write(out, files); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a second export into the same folder: %v", err)
	}
}
