package changes

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// trafficRule is one rule of a security group.
type trafficRule struct {
	// holder is the resource that holds the rule, property the list in it; empty for a resource of its own.
	holder, property string
	group            string
	outgoing         bool
	protocol         string
	// from and to are ports; for ICMP type and code.
	from, to float64
	// peer is a range of addresses, a security group or a prefix list.
	peer string
}

func (r trafficRule) String() string {
	direction := "from "
	if r.outgoing {
		direction = "to "
	}
	protocol, ports := r.protocol, ""
	if protocol == "-1" {
		protocol = "all traffic"
	} else if r.from <= r.to {
		ports = fmt.Sprintf(" %v-%v", r.from, r.to)
	}
	return protocol + ports + " " + direction + r.peer
}

// nobody is the peer that the CDK uses for a rule that is to match nothing.
const nobody = "255.255.255.255/32"

var allPorts = [2]float64{0, 65535}

// rulesByGroup returns the rules of each security group of the template, those of its own and those that stand alone.
func (s side) rulesByGroup() map[string][]trafficRule {
	out := map[string][]trafficRule{}
	closed := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		r := s.resources[id]
		switch r.Type {
		case "AWS::EC2::SecurityGroup":
			group := s.physical(id)
			for _, property := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
				for _, rule := range listOf(r.Properties[property]) {
					body, _ := rule.(map[string]any)
					out[group] = append(out[group], newTrafficRule(id, property, group, property == "SecurityGroupEgress", body))
				}
			}
			closed[group] = closed[group] || r.Properties["SecurityGroupEgress"] != nil
		case "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress":
			group := groupOf(r.Properties["GroupId"])
			outgoing := r.Type == "AWS::EC2::SecurityGroupEgress"
			out[group] = append(out[group], newTrafficRule(id, "", group, outgoing, r.Properties))
			closed[group] = closed[group] || outgoing
		}
	}
	// EC2 lets everything out of a group for which no egress rule is given.
	for id, r := range s.resources {
		if group := s.physical(id); r.Type == "AWS::EC2::SecurityGroup" && !closed[group] {
			out[group] = append(out[group], trafficRule{id, "SecurityGroupEgress", group, true, "-1", 0, 65535, "0.0.0.0/0"})
		}
	}
	return out
}

// groupOf is the id of a security group, which Ref and the attribute GroupId both give in a VPC. The resolver tells an
// attribute by its name, behind the id.
func groupOf(value any) string { return strings.TrimSuffix(reference(value), "-GroupId") }

func newTrafficRule(holder, property, group string, outgoing bool, body map[string]any) trafficRule {
	r := trafficRule{holder: holder, property: property, group: group, outgoing: outgoing, protocol: strings.ToLower(text(body["IpProtocol"]))}
	r.from, r.to = allPorts[0], allPorts[1]
	if from := number([]any{body["FromPort"]}); from != nil && *from >= 0 {
		r.from = *from
	}
	if to := number([]any{body["ToPort"]}); to != nil && *to >= 0 {
		r.to = *to
	}
	for _, name := range []string{
		"CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId", "SourcePrefixListId", "DestinationPrefixListId", "SourceSecurityGroupName",
	} {
		if body[name] != nil {
			r.peer = groupOf(body[name])
		}
	}
	return r
}

// covers tells whether the rule lets through everything that the other does.
func (r trafficRule) covers(other trafficRule) bool {
	return r.outgoing == other.outgoing && (r.protocol == "-1" || r.protocol == other.protocol && r.from <= other.from && r.to >= other.to) &&
		(r.peer == other.peer || containsRange(r.peer, other.peer))
}

func containsRange(wide, narrow string) bool {
	w, err := netip.ParsePrefix(wide)
	n, err2 := netip.ParsePrefix(narrow)
	return err == nil && err2 == nil && w.Bits() <= n.Bits() && w.Contains(n.Addr())
}

// securityGroups finds traffic that is let through now. A new group that talks to other groups only is part of whatever
// uses it.
func (c *comparison) securityGroups() {
	before, after := c.before.rulesByGroup(), c.after.rulesByGroup()
	oldGroup, known := map[string]string{}, map[string]bool{}
	for group := range before {
		known[group] = true
	}
	for _, p := range c.pairs {
		if p.after.Type == "AWS::EC2::SecurityGroup" {
			oldGroup[c.after.physical(p.id)] = c.before.physical(p.oldID)
			known[c.before.physical(p.oldID)] = true
		}
	}
	for _, group := range slices.Sorted(maps.Keys(after)) {
		old := group
		if mapped, ok := oldGroup[group]; ok {
			old = mapped
		}
		for _, rule := range after[group] {
			if !c.covered(rule, before[old], oldGroup) {
				c.addTraffic(rule, known[old])
			}
		}
	}
}

func (c *comparison) covered(rule trafficRule, before []trafficRule, oldGroup map[string]string) bool {
	if rule.peer == nobody {
		return true
	}
	if old, ok := oldGroup[rule.peer]; ok {
		rule.peer = old
	}
	return slices.ContainsFunc(before, func(b trafficRule) bool { return b.covers(rule) })
}

func (c *comparison) addTraffic(rule trafficRule, known bool) {
	prefix, err := netip.ParsePrefix(rule.peer)
	isRange := err == nil
	change := Change{
		Class: PublicSurface, Severity: Medium, Resource: rule.holder, Property: rule.property, After: rule.String(),
		Why: "Traffic between groups is let through that was not.", Do: "Name the one group and port that need it.",
	}
	if rule.property == "" {
		change.Property = "IpProtocol, FromPort, ToPort"
	}
	switch {
	case isRange && prefix.Bits() == 0:
		change.Severity = Critical
		change.Why = "Everybody may connect."
		if rule.outgoing {
			change.Why = "Everything may be reached, as soon as there is a route."
		}
	case isRange && insideVPC(prefix, c.after.resources):
		if !known {
			return
		}
		change.Why = "Traffic with all addresses of the range is let through, whatever has them."
	case isRange || strings.HasPrefix(rule.peer, "pl-") && known:
		change.Severity = High
		change.Why = "Traffic with addresses outside the VPC is let through."
	case !known:
		return
	}
	c.add(change)
}

func insideVPC(prefix netip.Prefix, resources map[string]inventory.Resource) bool {
	for _, r := range resources {
		if r.Type == "AWS::EC2::VPC" && containsRange(text(r.Properties["CidrBlock"]), prefix.String()) {
			return true
		}
	}
	return false
}
