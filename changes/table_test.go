package changes

import (
	"slices"
	"testing"

	"github.com/secureml/environments/facts"
)

// What CloudFormation's specification calls stateful must be here too, with a reason; and a type that does not exist
// would never be found.
func TestTypesOfTables(t *testing.T) {
	for _, name := range facts.ResourceTypeNames() {
		known, _ := facts.LookupResourceType(name)
		if _, ok := holdsData[name]; known.Stateful && !ok {
			t.Errorf("%s holds data, and holdsData does not say which", name)
		}
	}
	var names []string
	for _, table := range []map[string]string{holdsData, waysOut, watchers} {
		for name, reason := range table {
			names = append(names, name)
			if reason == "" {
				t.Errorf("%s has no reason", name)
			}
		}
	}
	for name := range renewed {
		names = append(names, name)
		if holdsData[name] != "" {
			t.Errorf("%s holds data and is renewed as a matter of course", name)
		}
	}
	for name := range widened {
		names = append(names, name)
	}
	for _, s := range settings {
		if s.kind != "" {
			names = append(names, s.kind)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if _, ok := facts.LookupResourceType(name); !ok {
			t.Errorf("%s does not exist", name)
		}
	}
}

func TestIsKeyProperty(t *testing.T) {
	for name, want := range map[string]bool{
		"KmsKeyId": true, "KMSMasterKeyID": true, "KmsMasterKeyId": true, "KmsKeyArn": true, "KmsKey": true, "EncryptionKey": true,
		"KMSKeyID": true, "KmsDataKeyReusePeriodSeconds": false, "BucketKeyEnabled": false, "Key": false, "PublicKey": false, "TagKey": false,
	} {
		if isKeyProperty(name) != want {
			t.Errorf("%s: want %t", name, want)
		}
	}
}
