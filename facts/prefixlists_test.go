package facts

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestS3PrefixList(t *testing.T) {
	tests := map[string]string{
		"us-east-1":      "pl-63a5400a",
		"us-east-2":      "pl-7ba54012",
		"us-west-1":      "pl-6ba54002",
		"us-west-2":      "pl-68a54001",
		"ca-central-1":   "pl-7da54014",
		"sa-east-1":      "pl-6aa54003",
		"eu-west-1":      "pl-6da54004",
		"eu-west-2":      "pl-7ca54015",
		"eu-west-3":      "pl-23ad484a",
		"eu-central-1":   "pl-6ea54007",
		"eu-north-1":     "pl-c3aa4faa",
		"ap-northeast-1": "pl-61a54008",
		"ap-northeast-2": "pl-78a54011", // DynamoDB's in ap-northeast-1
		"ap-northeast-3": "pl-a4a540cd",
		"ap-south-1":     "pl-78a54011", // as in ap-northeast-2
		"ap-southeast-1": "pl-6fa54006", // DynamoDB's in eu-west-1
		"ap-southeast-2": "pl-6ca54005",
		// Not known for certain.
		"eu-south-2":    "",
		"cn-north-1":    "",
		"us-gov-west-1": "",
		// No regions.
		"eu-west-9": "",
		"US-EAST-1": "",
		"us-east":   "",
		"":          "",
	}
	for region, want := range tests {
		if id, ok := S3PrefixList(region); id != want || ok != (want != "") {
			t.Errorf("S3PrefixList(%q) = %q, %t, want %q, %t", region, id, ok, want, want != "")
		}
	}
	for _, l := range prefixListTable().Lists {
		if _, ok := tests[l.Region]; !ok {
			t.Errorf("%s is listed but not tested", l.Region)
		}
	}
}

func TestS3PrefixListsHaveEvidence(t *testing.T) {
	form := regexp.MustCompile(`^pl-([0-9a-f]{8}|[0-9a-f]{17})$`)
	for _, l := range prefixListTable().Lists {
		if !slices.Contains(Regions(), l.Region) {
			t.Errorf("%s is no region", l.Region)
		}
		if !form.MatchString(l.ID) {
			t.Errorf("%s: %q is no prefix list id", l.Region, l.ID)
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(l.Sources)))
		if len(distinct) != len(l.Sources) || slices.Contains(distinct, "") {
			t.Errorf("%s: sources %q are repeated or empty", l.Region, l.Sources)
		}
		switch l.Evidence {
		case "aws":
			if !slices.ContainsFunc(distinct, func(s string) bool { return strings.HasPrefix(s, "AWS ") }) {
				t.Errorf("%s: no source of AWS's own among %q", l.Region, l.Sources)
			}
		case "independent":
			if len(distinct) < 2 {
				t.Errorf("%s: %d sources, want at least 2", l.Region, len(distinct))
			}
		default:
			t.Errorf("%s: evidence %q", l.Region, l.Evidence)
		}
	}
}
