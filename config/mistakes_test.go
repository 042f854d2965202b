package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/facts"
)

// base is a valid configuration that the mistakes are made in. Line numbers in the expected errors count from its
// first line.
const base = `organization: acme
region: eu-west-1
access:
  saml:
    provider: acme-login
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1001
    users:
      - name: alice
        email: alice@example.com
    environments:
      - name: dev
        network:
          cidr: 10.1.0.0/20
      - name: prod
        network:
          cidr: 10.1.16.0/20
  - name: churn
    owner: churn@example.com
    costCenter: CC-2002
    environments:
      - name: dev
        network:
          cidr: 10.2.0.0/20
`

// The places in base where the cases make their mistakes.
const (
	saml     = "  saml:\n    provider: acme-login\n"
	fraudDev = "          cidr: 10.1.0.0/20\n"
	// fraudProd is followed by nothing of fraud's.
	fraudProd = "          cidr: 10.1.16.0/20\n"
	churnDev  = "          cidr: 10.2.0.0/20\n"
)

// mistake is one case: in base, old is replaced by new; want is the whole text of the error.
type mistake struct {
	name     string
	old, new string
	want     string
}

func runMistakes(t *testing.T, mistakes []mistake) {
	t.Helper()
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			if strings.Count(base, m.old) != 1 {
				t.Fatalf("the case replaces %q, which base holds %d times", m.old, strings.Count(base, m.old))
			}
			organization, err := config.Parse("secureml.yaml", []byte(strings.Replace(base, m.old, m.new, 1)))
			if err == nil {
				t.Fatal("accepted")
			}
			if organization != nil {
				t.Error("an organisation beside the error")
			}
			if diff := cmp.Diff(m.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaseIsValid(t *testing.T) {
	if _, err := config.Parse("secureml.yaml", []byte(base)); err != nil {
		t.Fatal(err)
	}
}

// listed returns a list of so many entries, each written with its number.
func listed(count int, entry string) string {
	entries := make([]string, count)
	for i := range entries {
		entries[i] = fmt.Sprintf(entry, i)
	}
	return "[" + strings.Join(entries, ", ") + "]"
}

// types returns a list of so many instance types of one use.
func types(count int, use facts.Use) string {
	return "[" + strings.Join(facts.InstanceTypes(use)[:count], ", ") + "]"
}

// replaced returns the text with each pair of old and new replaced, which must occur.
func replaced(text string, oldNew ...string) string {
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			panic("nothing to replace: " + oldNew[i])
		}
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return text
}
