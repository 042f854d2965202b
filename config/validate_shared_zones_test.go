package config_test

import (
	"strings"
	"testing"
)

// zonesByID follows index: the shared network and all environments of base choose zones by id.
const zonesByID = "  network: {availabilityZoneIds: [euw1-az1, euw1-az2, euw1-az3]}\n" +
	"defaults: {network: {availabilityZoneIds: [euw1-az1, euw1-az2]}}\n"

// Lines that follow index, and places in base with lines to be added there.
const (
	sharedIDs  = "  network: {availabilityZoneIds: [euw1-az1, euw1-az2]}\n"
	ids        = "          availabilityZoneIds: [euw1-az1, euw1-az2]\n"
	service    = "    endpointServiceNames: {eu-west-1: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0}\n"
	secondARN  = "      us-west-1: arn:aws:acm:us-west-1:111122223333:certificate/fedcba98-7654-3210-fedc-ba9876543210\n"
	prodBlock  = "      - name: prod\n"
	churnBlock = "    costCenter: CC-2002\n    environments:\n      - name: dev\n"
	// west has two zones and no CodeArtifact, east has both.
	west      = "        region: us-west-1\n"
	east      = "        region: us-east-1\n"
	elsewhere = "        account: \"444455556666\"\n"
)

// served is base from its projects on, with changes, after an index in the first region with further lines.
func served(lines string, oldNew ...string) string {
	return index + lines + replaced(base[strings.Index(base, "projects:\n"):], oldNew...)
}

func TestZonesOfTheIndexMistakes(t *testing.T) {
	whole := base[strings.Index(base, "projects:\n"):]
	runMistakes(t, []mistake{
		{
			name: "more zones than the index",
			old:  whole, new: served("  network: {availabilityZones: 2}\n"),
			want: `secureml.yaml:26:9: projects[0].environments[1].network.availabilityZones: 3 zones, but sharedServices.network has 2, and the package index can't be reached from others; use 2, or 3 there`,
		},
		{
			name: "more zones than the index, by default",
			old:  whole, new: served("  network: {availabilityZones: 2}\ndefaults: {network: {availabilityZones: 3}}\n"),
			want: `secureml.yaml:14:41: defaults.network.availabilityZones: in fraud/dev, fraud/prod, churn/dev: 3 zones, but sharedServices.network has 2, and the package index can't be reached from others; use 2, or 3 there`,
		},
		{
			name: "zones by id that the index lacks",
			old:  whole, new: served(sharedIDs, fraudDev, fraudDev+ids, fraudProd, fraudProd+ids, churnDev, churnDev+replaced(ids, "az1", "az3")),
			want: `secureml.yaml:37:33: projects[1].environments[0].network.availabilityZoneIds[0]: euw1-az3 is not a zone of sharedServices.network, so the package index can't be reached from it; choose among euw1-az1, euw1-az2, or change those`,
		},
		{
			name: "zones by id that the index lacks, by default",
			old:  whole, new: served(sharedIDs + "defaults: {network: {availabilityZoneIds: [euw1-az2, euw1-az3]}}\n"),
			want: `secureml.yaml:14:54: defaults.network.availabilityZoneIds[1]: in fraud/dev, fraud/prod, churn/dev: euw1-az3 is not a zone of sharedServices.network, so the package index can't be reached from it; choose among euw1-az1, euw1-az2, or change those`,
		},
		{
			name: "zones by id of the index alone",
			old:  whole, new: served(sharedIDs, fraudProd, fraudProd+ids, churnDev, churnDev+ids),
			want: `secureml.yaml:23:9: projects[0].environments[0].network.availabilityZoneIds: none given, but sharedServices.network chooses zones by id, and ids and positions can't be compared; choose among euw1-az1, euw1-az2`,
		},
		{
			name: "zones by id of an environment alone",
			old:  whole, new: served("", churnDev, churnDev+ids),
			want: `secureml.yaml:34:11: projects[1].environments[0].network.availabilityZoneIds: zones by id, but sharedServices.network has zones by position, and the two can't be compared; give sharedServices.network availabilityZoneIds with these zones`,
		},
		{
			name: "zones by id of an environment alone, in one of several regions",
			old:  whole, new: served(secondARN, prodBlock, prodBlock+west, fraudProd, fraudProd+"          availabilityZones: 2\n", churnDev, churnDev+ids),
			want: `secureml.yaml:37:11: projects[1].environments[0].network.availabilityZoneIds: zones by id, but sharedServices.network, which serves several regions, has zones by position, and the two can't be compared; use availabilityZones instead`,
		},
		{
			name: "zones by position in another account",
			old:  whole, new: served(service, churnBlock, churnBlock+elsewhere),
			want: `secureml.yaml:34:9: projects[1].environments[0].network.availabilityZoneIds: none given, but the shared services are in another account, where zones have other positions; choose zones by id, here and in sharedServices.network`,
		},
		{
			name: "zones by id in another account alone",
			old:  whole, new: served(service, churnBlock, churnBlock+elsewhere, churnDev, churnDev+ids),
			want: `secureml.yaml:36:11: projects[1].environments[0].network.availabilityZoneIds: zones by id, but sharedServices.network has zones by position, and the two can't be compared; give sharedServices.network availabilityZoneIds with these zones`,
		},
		{
			name: "zones by position in another account, where the index has ids",
			old:  whole, new: served(service+sharedIDs, fraudDev, fraudDev+ids, fraudProd, fraudProd+ids, churnBlock, churnBlock+elsewhere),
			want: `secureml.yaml:37:9: projects[1].environments[0].network.availabilityZoneIds: none given, but sharedServices.network chooses zones by id, and ids and positions can't be compared; choose among euw1-az1, euw1-az2`,
		},
		{
			name: "zones by id in another account that the index lacks",
			old:  whole, new: served(service+sharedIDs, fraudDev, fraudDev+ids, fraudProd, fraudProd+ids, churnBlock, churnBlock+elsewhere,
				churnDev, churnDev+replaced(ids, "az2", "az3")),
			want: `secureml.yaml:39:43: projects[1].environments[0].network.availabilityZoneIds[1]: euw1-az3 is not a zone of sharedServices.network, so the package index can't be reached from it; choose among euw1-az1, euw1-az2, or change those`,
		},
		{
			name: "several regions and another account",
			old:  whole, new: served(secondARN+service, prodBlock, prodBlock+west, churnBlock, churnBlock+elsewhere, churnDev, churnDev+ids,
				"owner: churn@", "defaults: {network: {availabilityZones: 2}}\n    owner: churn@", fraudProd, fraudProd+"          availabilityZones: 2\n"),
			want: `secureml.yaml:9:11: sharedServices.packages.kind: in churn/dev: an index for environments in another account than the shared services' needs zone ids, which can be given for one region only, but there are environments in eu-west-1, us-west-1; use kind codeartifact or one configuration file a region`,
		},
		{
			name: "several regions and zones by id",
			old:  whole, new: served(secondARN+sharedIDs, prodBlock, prodBlock+west),
			want: `secureml.yaml:14:13: sharedServices.network.availabilityZoneIds: zones of the shared services can be chosen by id for one region only, but there are environments in eu-west-1, us-west-1; use availabilityZones (if all environments are in the shared services' account), packages of kind codeartifact, or one configuration file a region`,
		},
		{
			name: "several regions and zones by id for CodeArtifact",
			old:  whole, new: "sharedServices:\n" + sharedIDs + replaced(whole, prodBlock, prodBlock+east),
			want: `secureml.yaml:7:13: sharedServices.network.availabilityZoneIds: zones of the shared services can be chosen by id for one region only, but there are environments in eu-west-1, us-east-1; use availabilityZones instead`,
		},
		{
			name: "more zones than one of several regions has",
			old:  whole, new: served(secondARN+"  network: {availabilityZones: 3}\n", prodBlock, prodBlock+west),
			want: `secureml.yaml:14:32: sharedServices.network.availabilityZones: 3 zones, but us-west-1 has 2; use 2`,
		},
		{
			name: "more zones than one of several regions has, by default",
			old:  whole, new: served(secondARN, prodBlock, prodBlock+west, churnDev, churnDev+"          availabilityZones: 3\n"),
			want: `secureml.yaml:7:1: sharedServices.network.availabilityZones: 3 zones by default, as many as the environment with the most, but us-west-1 has 2; use 2, here and in every environment`,
		},
	})
}

// A mistake in zones or accounts is all that is said about them.
func TestZonesOfTheIndexThatMistakesHide(t *testing.T) {
	whole := base[strings.Index(base, "projects:\n"):]
	runMistakes(t, []mistake{
		{
			name: "shared zones by letter",
			old:  whole, new: served("  network: {availabilityZoneIds: [eu-west-1a, euw1-az2]}\n"),
			want: `secureml.yaml:13:35: sharedServices.network.availabilityZoneIds[0]: eu-west-1a is not the id of an availability zone; use an id such as euw1-az1, not a name such as eu-west-1a`,
		},
		{
			name: "shared network that is text",
			old:  whole, new: served("  network: 10.0.0.0/22\n", churnDev, churnDev+ids),
			want: `secureml.yaml:13:12: sharedServices.network: 10.0.0.0/22 is text; write its fields instead: cidr, availabilityZones, availabilityZoneIds, allowedDomains`,
		},
		{
			name: "zones of another region by default",
			old:  whole, new: served(sharedIDs + "defaults: {network: {availabilityZoneIds: [use1-az1, euw1-az3]}}\n"),
			want: `secureml.yaml:14:44: defaults.network.availabilityZoneIds[0]: in fraud/dev, fraud/prod, churn/dev: use1-az1 is not in eu-west-1; use ids such as euw1-az1`,
		},
		{
			name: "zones of a project by number",
			old:  whole, new: served(sharedIDs, fraudDev, fraudDev+ids, fraudProd, fraudProd+ids, "owner: churn@", "defaults: {network: {availabilityZoneIds: 2}}\n    owner: churn@"),
			want: `secureml.yaml:31:47: projects[1].defaults.network.availabilityZoneIds: 2 is a number, not a list; write one "- " line for each entry`,
		},
		{
			name: "account id of 11 digits",
			old:  whole, new: served(service, churnBlock, churnBlock+replaced(elsewhere, "4444", "444")),
			want: `secureml.yaml:33:18: projects[1].environments[0].account: 44455556666 is not an account id; use 12 digits`,
		},
		{
			name: "more zones than the region has",
			old:  whole, new: served(secondARN, prodBlock, prodBlock+west, fraudProd, fraudProd+"          availabilityZones: 3\n"),
			want: `secureml.yaml:29:30: projects[0].environments[1].network.availabilityZones: 3 zones, but us-west-1 has 2; use 2`,
		},
	})
}

func TestZonesOfTheIndexAccepted(t *testing.T) {
	for _, c := range []struct{ name, file string }{
		{"as many zones", served("  network: {availabilityZones: 3}\n")},
		{"fewer zones than the index", served("  network: {availabilityZones: 3}\ndefaults: {network: {availabilityZones: 2}}\n")},
		{"the same zones by id", served(sharedIDs + "defaults: {network: {availabilityZoneIds: [euw1-az2, euw1-az1]}}\n")},
		{"some of the zones by id", served(zonesByID)},
		{"zones by id in another account", served(service+zonesByID, churnBlock, churnBlock+elsewhere)},
		{"two regions of one account", served(secondARN+"  network: {availabilityZones: 2}\ndefaults: {network: {availabilityZones: 2}}\n", prodBlock, prodBlock+west)},
		{"two zones in all of two regions by default", served(secondARN, prodBlock, prodBlock+west)},
		{"CodeArtifact from anywhere", replaced(base[strings.Index(base, "projects:\n"):],
			prodBlock, prodBlock+east, churnBlock, churnBlock+elsewhere, churnDev, churnDev+ids)},
	} {
		t.Run(c.name, func(t *testing.T) {
			parse(t, base[:strings.Index(base, "projects:\n")]+c.file)
		})
	}
}

// The index must be within reach of every environment, if nobody says where it is.
func TestDefaultZonesOfTheIndex(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       int
	}{
		{"as many as production", served(""), 3},
		{"two for all", served("defaults: {network: {availabilityZones: 2}}\n"), 2},
		{"as many as there are ids", served(zonesByID), 3},
		{"two for CodeArtifact", base[strings.Index(base, "projects:\n"):], 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			organization := parse(t, base[:strings.Index(base, "projects:\n")]+c.file)
			if got := organization.SharedServices.Network.AvailabilityZones; got != c.want {
				t.Errorf("%d zones, want %d", got, c.want)
			}
		})
	}
}
