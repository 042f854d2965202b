package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
)

func TestEveryMistakeAtOnce(t *testing.T) {
	const file = `organization: acme
region: eu-wset-1
acount: "111122223333"
access:
  saml: {provider: acme-login}
  corporateCidrs: [0.0.0.0/0]
projects:
  - name: fraud-detection
    owner: fraud@example.com
    costCenter: 1001
    environments:
      - name: dev
        network: {cidr: 10.1.0.0/20}
        compute: {training: [ml.m5.xlarg], maxRuntime: 200h}
      - name: prod
        network: {cidr: 10.1.0.0/20}
        features: studio
        budget: {monthlyUsd: 0}
`
	want := strings.Join([]string{
		`x.yaml:2:9: region: eu-wset-1 is not a known region; did you mean eu-west-1?`,
		`x.yaml:3:1: unknown field "acount"; did you mean "account"?`,
		`x.yaml:6:20: access.corporateCidrs[0]: 0.0.0.0/0 admits the whole internet; use the public ranges of your offices and VPN`,
		`x.yaml:8:11: projects[0].name: fraud-detection is not a project name; use 2 to 16 lower-case letters and digits, starting with a letter`,
		`x.yaml:10:17: projects[0].costCenter: 1001 is a number, not text; write it in quotes: "1001"`,
		`x.yaml:14:30: projects[0].environments[0].compute.training[0]: ml.m5.xlarg is not an instance type of training jobs; did you mean ml.m5.xlarge?`,
		`x.yaml:14:56: projects[0].environments[0].compute.maxRuntime: 200h is out of range; use 1m to 120h`,
		`x.yaml:16:25: projects[0].environments[1].network.cidr: 10.1.0.0/20 overlaps 10.1.0.0/20 of projects[0].environments[0].network.cidr; 10.0.16.0/20 is free`,
		`x.yaml:17:19: projects[0].environments[1].features: studio is text, not a list; write [studio]`,
		`x.yaml:18:30: projects[0].environments[1].budget.monthlyUsd: 0 is out of range; use 1 to 10000000 US dollars`,
	}, "\n")
	_, err := config.Parse("x.yaml", []byte(file))
	if err == nil {
		t.Fatal("accepted")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	var problems *config.Error
	if !errors.As(err, &problems) {
		t.Fatalf("the error is a %T", err)
	}
	first := config.Problem{
		File: "x.yaml", Line: 2, Column: 9, Path: "region",
		Message: "eu-wset-1 is not a known region; did you mean eu-west-1?",
	}
	if diff := cmp.Diff(first, problems.Problems[0]); diff != "" {
		t.Errorf("first problem (-want +got):\n%s", diff)
	}
}

func TestDocumentMistakes(t *testing.T) {
	const example = "start from a copy of examples/minimal.yaml"
	for _, c := range []struct{ name, text, want string }{
		{"empty file", "", "1:1: empty; " + example},
		{"comments only", "# nothing yet\n", "1:1: empty; " + example},
		{"null", "~\n", "1:1: no value; write {} for its defaults or remove the field"},
		{"text", "acme\n", "1:1: acme is text; write its fields instead: organization, account, organizationId, region, access, deployment, sharedServices, s3PrefixLists, defaults, projects"},
		{"list", "- acme\n", "1:1: a list; write its fields instead: organization, account, organizationId, region, access, deployment, sharedServices, s3PrefixLists, defaults, projects"},
		{"two documents", base + "---\n" + base, "28:1: a second YAML document; keep one organisation in one document"},
		{"tab", "access:\n\tsaml: {}\n", `2:1: not valid YAML: found character ' ' that cannot start any token; correct the indentation, quotes or brackets here`},
		{"open quote", "organization: \"acme\n", "1:15: not valid YAML: could not find end character of double-quoted text; correct the indentation, quotes or brackets here"},
		{"open bracket", "projects: [\n", "1:11: not valid YAML: sequence end token ']' not found; correct the indentation, quotes or brackets here"},
		{"wrong indentation", "access:\n    saml: {}\n  corporateCidrs: []\n", "3:3: not valid YAML: value is not allowed in this context; correct the indentation, quotes or brackets here"},
		{"not UTF-8", "organization: acme\nregion: \xe9u\n", "2:9: not UTF-8 text; save the file as UTF-8"},
		{"nested brackets", "projects: " + strings.Repeat("[", 60), "1:60: not valid YAML: more than 50 levels deep; correct the indentation, quotes or brackets here"},
		{"nested lists", "projects: \n" + strings.Repeat("- ", 60), "2:99: not valid YAML: more than 50 levels deep; correct the indentation, quotes or brackets here"},
		{"too large", "#" + strings.Repeat(" ", 512<<10), "1:1: larger than 512 KiB; split the organisation into several files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Parse("x.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff("x.yaml:"+c.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// Aliases of aliases multiply; the decoder stops in time.
func TestAliasesAreBounded(t *testing.T) {
	var types, environments, projects strings.Builder
	for range 100 {
		types.WriteString("ml.m5.large, ")
		environments.WriteString("*environment, ")
		projects.WriteString("*project, ")
	}
	file := "projects:\n  - &project\n    environments:\n      - &environment {compute: {training: [" + types.String() + "]}}\n" +
		"      - *environment\n  - *project\n"
	file = strings.Replace(file, "      - *environment\n", strings.Repeat("      - *environment\n", 100), 1)
	file = strings.Replace(file, "  - *project\n", strings.Repeat("  - *project\n", 100), 1)
	_, err := config.Parse("x.yaml", []byte(file))
	if err == nil || !strings.Contains(err.Error(), "the file holds more than 100000 values once aliases are followed; write fewer") {
		t.Errorf("got %.200v", err)
	}
}

// What is written in unusual, but valid ways is understood.
func TestWaysToWrite(t *testing.T) {
	for name, file := range map[string]string{
		"byte order mark":  "\xef\xbb\xbf" + base,
		"Windows lines":    strings.ReplaceAll(base, "\n", "\r\n"),
		"document markers": "---\n" + base + "...\n",
		"directive":        "%YAML 1.2\n---\n" + base,
		"aliases": replaced(base, "owner: fraud@example.com", "owner: &team ml@example.com", "owner: churn@example.com", "owner: *team",
			"    costCenter: CC-2002\n", "    costCenter: CC-2002\n    users: *people\n", "    users:\n", "    users: &people\n"),
		"quoted keys": replaced(base, "organization:", `"organization":`),
	} {
		t.Run(name, func(t *testing.T) {
			organization, err := config.Parse("x.yaml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			if organization.Name != "acme" || len(organization.Projects) != 2 {
				t.Errorf("read as %+v", organization)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "secureml.yaml")
	if err := os.WriteFile(file, []byte(base), 0o600); err != nil {
		t.Fatal(err)
	}
	organization, err := config.Load(file)
	if err != nil || organization.Name != "acme" {
		t.Errorf("Load returned %+v, %v", organization, err)
	}
	missing := filepath.Join(dir, "secureml.yml")
	for name, want := range map[string]string{
		missing: missing + ": no such file; name an existing one or start from a copy of examples/minimal.yaml",
		dir:     dir + ": cannot be read: is a directory; name a readable YAML file",
	} {
		_, err := config.Load(name)
		var problems *config.Error
		if !errors.As(err, &problems) || err.Error() != want {
			t.Errorf("Load(%s) failed with %v, want %s", name, err, want)
		}
	}
}
