package facts

import (
	"regexp"
	"slices"
	"testing"
)

func TestLookupRegion(t *testing.T) {
	tests := map[string]struct {
		partition  string
		zones      int
		registries []string
	}{
		"us-east-1":      {"aws", 6, []string{"763104351884", "683313688378", "811284229777"}},
		"us-west-1":      {"aws", 2, []string{"763104351884"}},
		"ap-northeast-1": {"aws", 3, []string{"763104351884"}},
		// XGBoost and scikit-learn, Deep Learning Containers, built-in
		// algorithms, Clarify, Model Monitor, Spark.
		"eu-west-1": {"aws", 3, []string{"141502667606", "763104351884", "685385470294",
			"131013547314", "468650794304", "571004829621"}},
		"ap-southeast-7": {"aws", 3, []string{"590183813437"}},
		"cn-north-1":     {"aws-cn", 3, []string{"727897471807"}},
		"us-gov-west-1":  {"aws-us-gov", 3, []string{"442386744353"}},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := LookupRegion(name)
			if !ok || got.Name != name || got.Partition != want.partition || got.AvailabilityZones != want.zones {
				t.Errorf("got %+v, %v, want %s with %d zones", got, ok, want.partition, want.zones)
			}
			for _, account := range want.registries {
				if !slices.Contains(got.ImageRegistries, account) {
					t.Errorf("registry %s is missing from %v", account, got.ImageRegistries)
				}
			}
		})
	}
}

func TestLookupRegionRefuses(t *testing.T) {
	for _, name := range []string{"", "eu-west-9", "EU-WEST-1", "us-iso-east-1", "eusc-de-east-1",
		"aws-global", "us-gov-west-1-secondary", "us-gov-west-1-fips"} {
		if got, ok := LookupRegion(name); ok {
			t.Errorf("LookupRegion(%q) = %+v, want none", name, got)
		}
	}
}

func TestRegistriesLeftOut(t *testing.T) {
	for account, what := range map[string]string{
		"462105765813": "reinforcement learning",
		"301217895009": "compiled models in us-west-2",
		"081189585635": "geospatial in us-west-2",
	} {
		if r, _ := LookupRegion("us-west-2"); slices.Contains(r.ImageRegistries, account) {
			t.Errorf("registry %s (%s) is trusted", account, what)
		}
	}
}

func TestEveryRegionIsComplete(t *testing.T) {
	names := Regions()
	if len(names) < 38 || !slices.IsSorted(names) {
		t.Errorf("%d regions, sorted %v", len(names), slices.IsSorted(names))
	}
	account := regexp.MustCompile(`^[0-9]{12}$`)
	for _, name := range names {
		r, ok := LookupRegion(name)
		if !ok {
			t.Errorf("%s can't be looked up", name)
		}
		if DNSSuffix(r.Partition) == "" {
			t.Errorf("%s: unknown partition %q", name, r.Partition)
		}
		if r.AvailabilityZones < 2 || r.AvailabilityZones > 6 {
			t.Errorf("%s: %d zones", name, r.AvailabilityZones)
		}
		if len(r.ImageRegistries) == 0 {
			t.Errorf("%s: no registries", name)
		}
		for _, id := range r.ImageRegistries {
			if !account.MatchString(id) {
				t.Errorf("%s: %q is no account id", name, id)
			}
		}
	}
	for _, z := range zoneTable().Regions {
		if !slices.Contains(names, z.Region) {
			t.Errorf("zones of unknown region %s", z.Region)
		}
	}
}

func TestDNSSuffix(t *testing.T) {
	for partition, want := range map[string]string{
		"aws":        "amazonaws.com",
		"aws-cn":     "amazonaws.com.cn",
		"aws-us-gov": "amazonaws.com",
		"aws-iso":    "",
		"":           "",
	} {
		if got := DNSSuffix(partition); got != want {
			t.Errorf("DNSSuffix(%q) = %q, want %q", partition, got, want)
		}
	}
}
