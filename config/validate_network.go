package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/secureml/environments/facts"
)

// Sizes of a VPC as prefix lengths. AWS admits /16 to /28; below /24 three zones leave too few addresses for the
// endpoints and jobs of an environment.
const (
	largestVPC  = 16
	smallestVPC = 24
)

// Limits of the number of availability zones.
const (
	minZones = 2
	maxZones = 3
)

// privateSpace are the ranges that a VPC may use: RFC 1918 and the shared address space of RFC 6598.
var privateSpace = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
}

// dockerBridge is the range of the container network on SageMaker instances; the VPC user guide says not to use it.
var dockerBridge = netip.MustParsePrefix("172.17.0.0/16")

func isPrivate(prefix netip.Prefix) bool {
	return slices.ContainsFunc(privateSpace, func(space netip.Prefix) bool {
		return space.Bits() <= prefix.Bits() && space.Contains(prefix.Addr())
	})
}

// vpcRange returns the range of a VPC, or what is wrong with it.
func vpcRange(cidr string) (netip.Prefix, string) {
	prefix, err := netip.ParsePrefix(cidr)
	switch {
	case err != nil || !prefix.Addr().Is4():
		return netip.Prefix{}, "is not an IPv4 CIDR range; use one such as 10.1.0.0/20"
	case prefix.Bits() < largestVPC:
		return netip.Prefix{}, "is larger than /16; use /16 to /24"
	case prefix.Bits() > smallestVPC:
		return netip.Prefix{}, "is smaller than /24; use /16 to /24"
	case prefix != prefix.Masked():
		return netip.Prefix{}, "has host bits set; write " + prefix.Masked().String()
	case !isPrivate(prefix):
		return netip.Prefix{}, "is not private address space; use a range in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
	case prefix.Overlaps(dockerBridge):
		return netip.Prefix{}, "overlaps 172.17.0.0/16, which containers on SageMaker instances use; choose another range"
	}
	return prefix, ""
}

// zoneID is the id of an availability zone: abbreviated region, number.
var zoneID = regexp.MustCompile(`^([a-z]+[0-9])-az[0-9]+$`)

// zonesContradict is reported when the number of zones isn't that of the zones chosen by id.
const zonesContradict = "%d zones, but availabilityZoneIds names %d; remove one of the two fields"

func (n Network) validate(r *report, at path) {
	if cidr := at.field("cidr"); r.given(cidr) {
		if _, problem := vpcRange(n.CIDR); problem != "" {
			r.add(cidr, "%s %s", show(n.CIDR), problem)
		}
	}
	checkRange(r, at.field("availabilityZones"), n.AvailabilityZones, minZones, maxZones, "zones")
	ids := at.field("availabilityZoneIds")
	checkList(r, ids, n.AvailabilityZoneIDs, "")
	if count := len(n.AvailabilityZoneIDs); r.given(ids) && (count == 1 || count > maxZones) {
		r.add(ids, "%d given; choose %d or %d zones, or remove the field", count, minZones, maxZones)
	} else if zones := at.field("availabilityZones"); r.given(zones) && count > 0 && count != n.AvailabilityZones {
		r.add(zones, zonesContradict, n.AvailabilityZones, count)
	}
	for i, id := range n.AvailabilityZoneIDs {
		if r.given(ids.item(i)) && !zoneID.MatchString(id) {
			r.add(ids.item(i), "%s is not the id of an availability zone; use an id such as euw1-az1, not a name such as eu-west-1a", show(id))
		}
	}
	domains := at.field("allowedDomains")
	checkList(r, domains, n.AllowedDomains, "")
	checkCount(r, domains, len(n.AllowedDomains), maxAllowedDomains, "domains")
	for i, domain := range n.AllowedDomains {
		if problem := allowedDomainProblem(domain); problem != "" && r.given(domains.item(i)) {
			r.add(domains.item(i), "%s %s", show(domain), problem)
		}
	}
}

// isPublicSuffix tells whether anybody can have names below a name: it is in the public suffix list, as co.uk and
// github.io are, or the list has every name below it, as with kawasaki.jp. A top-level name that isn't in the list, such
// as internal, counts as well.
func isPublicSuffix(name string) bool {
	below := "any." + name
	suffix, _ := publicsuffix.PublicSuffix(name)
	suffixBelow, _ := publicsuffix.PublicSuffix(below)
	return suffix == name || suffixBelow == below
}

// allowedDomainProblem says why a value can't be opened for name resolution, or "". A wildcard below a public suffix
// would let data out in queries for names that anybody can register.
func allowedDomainProblem(domain string) string {
	name, isWildcard := strings.CutPrefix(domain, "*.")
	if domain == "*" {
		return "allows every name, through which data can leave; name your own domains"
	}
	if strings.Contains(name, "*") {
		return "has a wildcard inside; use one only at the start, as in *.corp.example.com"
	}
	if isWildcard && isPublicSuffix(name) && dnsProblem("any."+name) == "" {
		return "allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com"
	}
	if problem := dnsProblem(name); problem != "" {
		return problem + "; use a name such as corp.example.com or *.corp.example.com"
	}
	return ""
}

// validateZones checks the zones against the region.
func (e environment) validateZones(r *report) {
	region, known := facts.LookupRegion(e.Region)
	if !known {
		return
	}
	ids, count := e.Network.AvailabilityZoneIDs, e.Network.AvailabilityZones
	if len(ids) > 0 && count != len(ids) {
		if e.sources["network.availabilityZones"].layer != e.sources["network.availabilityZoneIds"].layer {
			e.add(r, "network.availabilityZones", -1, zonesContradict, count, len(ids))
		}
		return
	}
	if count > region.AvailabilityZones && count <= maxZones {
		e.add(r, "network.availabilityZones", -1, "%d zones, but %s has %d; use %d",
			count, region.Name, region.AvailabilityZones, region.AvailabilityZones)
	}
	for i, id := range ids {
		if prefix := zonePrefix(region.Name); zoneID.MatchString(id) && !strings.HasPrefix(id, prefix+"-") {
			e.add(r, "network.availabilityZoneIds", i, "%s is not in %s; use ids such as %s-az1", id, region.Name, prefix)
		}
	}
}

// validatePrefixLists checks that S3's prefix list is known in each region in use, from one side only.
func (o Organization) validatePrefixLists(r *report, at path, used usedRegions) {
	given := checkRegionKeys(r, at, o.S3PrefixLists)
	for _, region := range used.names {
		if _, known := facts.S3PrefixList(region); !known {
			r.missing(at.field(region), prefixListAdvice(region))
		}
	}
	for _, region := range given {
		item, id := at.field(region), o.S3PrefixLists[region]
		if !used.check(r, item, region) || !prefixListID.check(r, item, id) {
			continue
		}
		if known, isKnown := facts.S3PrefixList(region); isKnown && id != known {
			r.add(item, "%s is not S3's in %s, which is %s; remove the entry", show(id), region, known)
		}
	}
}

// prefixListAdvice says how to find the id of S3's prefix list. In China its name may start with cn.
func prefixListAdvice(region string) string {
	name := "com.amazonaws." + region + ".s3"
	if known, _ := facts.LookupRegion(region); known.Partition == "aws-cn" {
		name += ",cn." + name
	}
	return fmt.Sprintf("S3's prefix list in %s is not known here; write the id that this prints: "+
		"aws ec2 describe-managed-prefix-lists --region %s --filters Name=prefix-list-name,Values=%s", region, region, name)
}

// directions in region names, abbreviated as in zone ids.
var directions = strings.NewReplacer(
	"northeast", "ne", "northwest", "nw", "southeast", "se", "southwest", "sw",
	"north", "n", "south", "s", "east", "e", "west", "w", "central", "c", "gov", "g", "-", "")

// zonePrefix returns how zone ids of a region start: euw1 for eu-west-1, usge1 for us-gov-east-1.
func zonePrefix(region string) string { return directions.Replace(region) }

// placed is an address range and who has it.
type placed struct {
	prefix netip.Prefix
	at     path
	note   string
}

// validateOverlaps reports every pair of overlapping ranges: any two environments could be peered or attached to one
// transit gateway, whatever their accounts and regions. The shared VPC stands in every region that has environments.
func validateOverlaps(r *report, shared Network, environments []environment) {
	var taken []placed
	sharedAt := path("sharedServices.network.cidr")
	if prefix, problem := vpcRange(shared.CIDR); problem == "" {
		note := ""
		if !r.given(sharedAt) {
			note = " (its default)"
		}
		taken = append(taken, placed{prefix, sharedAt, note})
	}
	for _, e := range environments {
		if prefix, problem := vpcRange(e.Network.CIDR); problem == "" {
			taken = append(taken, placed{prefix: prefix, at: e.at.field("network").field("cidr")})
		}
	}
	used := slices.Clone(taken)
	for i, later := range taken {
		advice := ""
		for _, earlier := range taken[:i] {
			if !earlier.prefix.Overlaps(later.prefix) {
				continue
			}
			if advice == "" {
				advice, used = freeRange(later.prefix.Bits(), used)
			}
			r.add(later.at, "%s overlaps %s of %s%s; %s", later.prefix, earlier.prefix, earlier.at, earlier.note, advice)
		}
	}
}

// freeRange advises a range of the same size that nobody uses, and marks it as used.
func freeRange(bits int, used []placed) (advice string, nowUsed []placed) {
	step := uint32(1) << (32 - bits)
	for base := uint32(10) << 24; base>>24 == 10; base += step {
		address := netip.AddrFrom4([4]byte{byte(base >> 24), byte(base >> 16), byte(base >> 8), byte(base)})
		candidate := netip.PrefixFrom(address, bits)
		free := !slices.ContainsFunc(used, func(p placed) bool { return p.prefix.Overlaps(candidate) })
		if free {
			return fmt.Sprintf("%s is free", candidate), append(used, placed{prefix: candidate})
		}
	}
	return "choose a range that is free", used
}
