package config

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/secureml/environments/facts"
)

func TestLongestNamesFitARole(t *testing.T) {
	longest := "secureml-" + strings.Repeat("p", projectName.max) + "-" + strings.Repeat("e", environmentName.max) +
		"-notebook-" + strings.Repeat("u", userName.max)
	if len(longest) != maxRoleName {
		t.Errorf("the longest role name has %d characters; a role takes %d", len(longest), maxRoleName)
	}
}

func TestRulesSayTheirLengths(t *testing.T) {
	for _, n := range []rule{
		organizationName, projectName, environmentName, userName, costCenter, qualifier, roleName, samlProviderName,
		sourceIdentity, permissionSetName,
	} {
		if says := strconv.Itoa(n.min) + " to " + strconv.Itoa(n.max) + " "; !strings.HasPrefix(n.use, says) {
			t.Errorf("the advice for %s is %q; it is checked for %s characters", n.is, n.use, says)
		}
	}
}

// Editors must say the same limits as the checks.
func TestSchemaSaysTheLengthsOfLists(t *testing.T) {
	type properties map[string]struct{ MaxItems int }
	var document struct {
		Definitions map[string]struct{ Properties properties } `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &document); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		definition, property string
		limit                int
	}{
		{"Access", "corporateCidrs", maxCorporateCIDRs},
		{"Budget", "alertEmails", maxAlertEmails},
		{"Compute", "training", maxInstanceTypes},
		{"Compute", "processing", maxInstanceTypes},
		{"Compute", "hosting", maxInstanceTypes},
		{"Compute", "workbench", maxInstanceTypes},
		{"Data", "lakeBuckets", maxLakeBuckets},
		{"Deployment", "roleNames", maxRoleNames},
		{"Network", "allowedDomains", maxAllowedDomains},
		{"Network", "availabilityZoneIds", maxZones},
		{"Project", "users", maxUsers},
	} {
		if got := document.Definitions[c.definition].Properties[c.property].MaxItems; got != c.limit {
			t.Errorf("the schema takes %d items in %s.%s; the check takes %d", got, c.definition, c.property, c.limit)
		}
	}
}

// What nobody asks for must exist, whichever features are chosen later.
func TestBuiltInInstanceTypesExist(t *testing.T) {
	compute := builtInSettings(Development, "eu-west-1", "").Compute
	for use, names := range map[facts.Use][]string{
		facts.Training:   compute.Training,
		facts.Processing: compute.Processing,
		facts.Transform:  compute.Processing,
		facts.Hosting:    compute.Hosting,
		facts.Studio:     compute.Workbench,
		facts.Notebook:   compute.Workbench,
	} {
		if len(names) == 0 {
			t.Errorf("no built-in instance types for %s", use)
		}
		for _, name := range names {
			if !facts.IsInstanceType(use, name) {
				t.Errorf("%s is not an instance type for %s", name, use)
			}
		}
	}
}

func TestEveryRegionTakesTheDefaultZones(t *testing.T) {
	for _, region := range facts.Regions() {
		for _, kind := range []EnvironmentKind{Development, Test, Production} {
			zones := builtInSettings(kind, region, "").Network.AvailabilityZones
			if known, _ := facts.LookupRegion(region); zones < minZones || zones > known.AvailabilityZones {
				t.Errorf("%s in %s: %d zones by default, the region has %d", kind, region, zones, known.AvailabilityZones)
			}
		}
	}
}

// AWS documents these pairs in "AZ IDs" of the user guides of EC2 and RAM.
func TestZonePrefix(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "use1", "us-west-2": "usw2", "eu-west-1": "euw1", "eu-central-1": "euc1", "eu-north-1": "eun1",
		"ap-northeast-1": "apne1", "ap-southeast-2": "apse2", "ap-south-1": "aps1", "sa-east-1": "sae1",
		"ca-central-1": "cac1", "me-south-1": "mes1", "af-south-1": "afs1", "us-gov-west-1": "usgw1",
		"us-gov-east-1": "usge1", "cn-north-1": "cnn1", "cn-northwest-1": "cnnw1",
	} {
		if got := zonePrefix(region); got != want {
			t.Errorf("zonePrefix(%s) = %s, want %s", region, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"cidr", "cidr", 0}, {"cidr", "cidrs", 1}, {"cidr", "cdir", 1}, {"region", "regoin", 1},
		{"kitten", "sitting", 3}, {"", "abc", 3}, {"abc", "", 3}, {strings.Repeat("a", 65), "a", 65},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestShow(t *testing.T) {
	for value, want := range map[string]string{
		"dev":                     "dev",
		"":                        `""`,
		"two words":               `"two words"`,
		"a\nb":                    `"a\nb"`,
		"\x1b[31m":                `"\x1b[31m"`,
		"a;b":                     `"a;b"`,
		strings.Repeat("é", 81):   strings.Repeat("é", 80) + "...",
		"10.0.0.0/8, 10.1.0.0/16": `"10.0.0.0/8, 10.1.0.0/16"`,
	} {
		if got := show(value); got != want {
			t.Errorf("show(%q) = %s, want %s", value, got, want)
		}
	}
}
