package random_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/config/random"
	"github.com/secureml/environments/facts"
)

func text(t *testing.T, seed uint64) []byte {
	t.Helper()
	written, err := yaml.Marshal(random.Organization(seed))
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// Catches a part of the generator that forgets a rule of the configuration.
func TestOrganizationsAreValid(t *testing.T) {
	for seed := range uint64(500) {
		written := text(t, seed)
		if _, err := config.Parse("random.yaml", written); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, written)
		}
	}
}

func TestSeedsRepeat(t *testing.T) {
	for seed := range uint64(20) {
		if a, b := text(t, seed), text(t, seed); !bytes.Equal(a, b) {
			t.Fatalf("seed %d makes two configurations:\n%s\n%s", seed, a, b)
		}
	}
	if bytes.Equal(text(t, 1), text(t, 2)) {
		t.Error("two seeds make one configuration")
	}
}

// Catches a choice that is never taken: what is not drawn is not judged.
func TestEveryChoiceIsTaken(t *testing.T) {
	taken := map[string]int{}
	for seed := range uint64(200) {
		o, err := config.Parse("random.yaml", text(t, seed))
		if err != nil {
			t.Fatal(err)
		}
		region, _ := facts.LookupRegion(o.Region)
		taken["partition "+region.Partition]++
		taken["packages "+string(o.SharedServices.Packages.Kind)]++
		taken[fmt.Sprint("image ", o.SharedServices.Packages.ImageDigest != "")]++
		taken["primary repository "+string(o.SharedServices.Repository)]++
		taken[fmt.Sprint("saml ", o.Access.SAML != nil)]++
		taken[fmt.Sprint("identity center ", o.Access.IdentityCenter != nil)]++
		taken[fmt.Sprint("account ", o.Account != "")]++
		taken[fmt.Sprint("corporate ", len(o.Access.CorporateCIDRs) > 0)]++
		for _, p := range o.Projects {
			for _, e := range p.Environments {
				taken["kind "+string(e.Kind)]++
				taken["repository "+string(e.Repository.Kind)]++
				taken["classification "+string(e.Data.Classification)]++
				taken[fmt.Sprint("zones ", e.Network.AvailabilityZones)]++
				taken[fmt.Sprint("elsewhere ", e.Region != o.Region)]++
				taken[fmt.Sprint("other account ", e.Account != o.Account)]++
				taken[fmt.Sprint("lake ", len(e.Data.LakeBuckets) > 0)]++
				taken[fmt.Sprint("users ", len(p.Users) > 0)]++
				taken[fmt.Sprint("no feature ", len(e.Features) == 0)]++
				for _, f := range e.Features {
					taken["feature "+string(f)]++
				}
			}
		}
	}
	for _, want := range []string{
		"partition aws", "partition aws-cn", "partition aws-us-gov", "packages codeartifact", "packages index", "image true", "image false",
		"primary repository codecommit", "primary repository none", "saml true", "identity center true", "account true", "account false",
		"corporate true", "corporate false", "kind development", "kind test", "kind production", "repository codecommit",
		"repository connection", "repository none", "classification internal", "classification confidential", "classification restricted",
		"zones 2", "zones 3", "elsewhere true", "other account true", "other account false", "lake true", "lake false", "users true",
		"users false", "no feature true", "feature studio", "feature notebooks", "feature mlflow", "feature feature-store", "feature self-service",
	} {
		if taken[want] < 3 {
			t.Errorf("%s is drawn %d times", want, taken[want])
		}
	}
}

// A fault that needs a feature of one environment is reduced to little more than that, and stays a fault.
func TestReduce(t *testing.T) {
	fails := func(text []byte) bool {
		o, err := config.Parse("reduced.yaml", text)
		if err != nil {
			t.Fatalf("asked about an invalid configuration: %v", err)
		}
		for _, p := range o.Projects {
			for _, e := range p.Environments {
				if slices.Contains(e.Features, config.FeatureMLflow) {
					return true
				}
			}
		}
		return false
	}
	reducedOnce := false
	for seed := range uint64(10) {
		written := text(t, seed)
		if !fails(written) {
			continue
		}
		reduced, err := random.Reduce(written, 10_000, fails)
		if err != nil {
			t.Fatal(err)
		}
		if !fails(reduced) {
			t.Errorf("seed %d: reduced until it passed:\n%s", seed, reduced)
		}
		if lines := bytes.Count(reduced, []byte("\n")); lines > 45 {
			t.Errorf("seed %d: %d lines are left:\n%s", seed, lines, reduced)
		}
		reducedOnce = true
	}
	if !reducedOnce {
		t.Error("no seed has the feature")
	}
}

func TestReduceStopsAsking(t *testing.T) {
	asked := 0
	written := text(t, 1)
	reduced, err := random.Reduce(written, 3, func([]byte) bool { asked++; return false })
	if err != nil || asked != 3 || !bytes.Equal(reduced, written) {
		t.Errorf("asked %d times, %v:\n%s", asked, err, reduced)
	}
}
