package facts

import (
	"slices"
	"strings"
	"testing"
)

var allUses = []Use{Training, Processing, Transform, Hosting, Notebook, Studio}

func TestIsInstanceType(t *testing.T) {
	tests := []struct {
		use  Use
		name string
		want bool
	}{
		{Training, "ml.m5.xlarge", true},
		{Training, "ml.p5.48xlarge", true},
		{Processing, "ml.t3.medium", true},
		{Processing, "ml.p4d.24xlarge", false},
		{Transform, "ml.m5.xlarge", true},
		{Transform, "ml.t3.medium", false},
		{Hosting, "ml.t2.medium", true},
		{Hosting, "ml.t3.medium", false},
		{Notebook, "ml.t3.medium", true},
		{Notebook, "ml.m6g.large", false},
		{Studio, "ml.t3.micro", true},
		{Studio, "system", false},
		{Training, "m5.xlarge", false},
		{Training, "", false},
		{Use("inference"), "ml.m5.xlarge", false},
	}
	for _, tt := range tests {
		if got := IsInstanceType(tt.use, tt.name); got != tt.want {
			t.Errorf("IsInstanceType(%s, %q) = %v, want %v", tt.use, tt.name, got, tt.want)
		}
	}
}

func TestInstanceTypes(t *testing.T) {
	for _, use := range allUses {
		names := InstanceTypes(use)
		if len(names) < 100 || !slices.IsSorted(names) {
			t.Errorf("%s: %d types, sorted %v", use, len(names), slices.IsSorted(names))
		}
		for _, name := range names {
			if !IsInstanceType(use, name) || !strings.HasPrefix(name, "ml.") {
				t.Errorf("%s: %q is listed only", use, name)
			}
		}
	}
	if got := InstanceTypes("inference"); len(got) != 0 {
		t.Errorf("unknown use has types %v", got)
	}
}

func TestUsesOfDataAreConstants(t *testing.T) {
	for _, entry := range typeTable().Types {
		for _, use := range entry.Uses {
			if !slices.Contains(allUses, use) {
				t.Errorf("%s has use %q", entry.Name, use)
			}
		}
	}
}

func TestHasLocalStorage(t *testing.T) {
	for _, name := range []string{"ml.p5.48xlarge", "ml.p5.4xlarge", "ml.g4dn.xlarge", "ml.g5.xlarge", "ml.g6e.48xlarge",
		"ml.p3dn.24xlarge", "ml.p4d.24xlarge", "ml.trn1.2xlarge", "ml.trn2.48xlarge", "ml.c5d.large", "ml.r7gd.medium",
		"ml.dl1.24xlarge", "ml.p6e-gb200.36xlarge"} {
		if !HasLocalStorage(name) {
			t.Errorf("HasLocalStorage(%q) = false", name)
		}
	}
	for _, name := range []string{"ml.m5.xlarge", "ml.c5.xlarge", "ml.c5n.xlarge", "ml.t3.medium", "ml.p2.xlarge", "ml.p3.2xlarge",
		"ml.inf1.xlarge", "ml.inf2.xlarge", "ml.geospatial.interactive", "ml.m7i-flex.large",
		"", ".", "ml.g5", "ml.g5.", "g5.xlarge", "ml.g5.xlarge.extra", "ml.g55.xlarge"} {
		if HasLocalStorage(name) {
			t.Errorf("HasLocalStorage(%q) = true", name)
		}
	}
}

func TestLocalStorageFamiliesAreOffered(t *testing.T) {
	offered := map[string]bool{}
	for _, use := range allUses {
		for _, name := range InstanceTypes(use) {
			offered[name[:strings.LastIndexByte(name, '.')]] = true
		}
	}
	families := LocalStorageFamilies()
	if !slices.IsSorted(families) || len(slices.Compact(slices.Clone(families))) != len(families) {
		t.Errorf("not sorted and unique: %v", families)
	}
	for _, family := range families {
		if !offered[family] {
			t.Errorf("SageMaker has no family %s", family)
		}
	}
	for _, f := range unlistedTable().Families {
		if !offered[f.Family] {
			t.Errorf("SageMaker has no family %s", f.Family)
		}
	}
}

// The families whose name ends in d (disks) are the ones by which EC2 itself
// tells local storage apart; a new one must not be missed.
func TestFamiliesWithDisksHaveLocalStorage(t *testing.T) {
	for _, use := range allUses {
		for _, name := range InstanceTypes(use) {
			if strings.HasSuffix(name[:strings.LastIndexByte(name, '.')], "d") && !HasLocalStorage(name) {
				t.Errorf("%s has no local storage", name)
			}
		}
	}
}

func TestSlicesAreTheCallers(t *testing.T) {
	LocalStorageFamilies()[0] = "changed"
	InstanceTypes(Training)[0] = "changed"
	Regions()[0] = "changed"
	LogRetentionDays()[0] = -1
	if r, _ := LookupRegion("eu-west-1"); r.ImageRegistries != nil {
		r.ImageRegistries[0] = "changed"
	}
	r, _ := LookupRegion("eu-west-1")
	for name, first := range map[string]string{
		"families":   LocalStorageFamilies()[0],
		"types":      InstanceTypes(Training)[0],
		"regions":    Regions()[0],
		"registries": r.ImageRegistries[0],
	} {
		if first == "changed" {
			t.Errorf("a caller changed the %s", name)
		}
	}
	if LogRetentionDays()[0] != 1 {
		t.Error("a caller changed the retention periods")
	}
}
