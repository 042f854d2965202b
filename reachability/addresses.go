package reachability

import (
	"net/netip"
	"slices"
	"strings"
)

// AddressRange is a range of addresses of one family, both ends included; or, if List is set, the addresses of a prefix
// list that AWS manages. Those are public, and change without notice.
type AddressRange struct {
	First, Last netip.Addr
	List        string
}

func (r AddressRange) String() string {
	switch {
	case r.List != "":
		return r.List
	case r.First == r.Last:
		return r.First.String()
	}
	return r.First.String() + "-" + r.Last.String()
}

// place is a part of the address space whose addresses no rule, route or range of the network tells apart.
type place struct {
	AddressRange
	// region of an AWS-managed prefix list: an id means another service in another region.
	region string
}

// match is how a place relates to a rule's addresses. The addresses of AWS-managed prefix lists are unknown, so they may
// or may not be among public ones.
type match int

const (
	no match = iota
	perhaps
	yes
)

func (p place) in(prefix netip.Prefix) match {
	switch {
	case p.List == "" && prefix.Contains(p.First):
		return yes
	case p.List == "" || !prefix.Addr().Is4():
		return no
	case prefix.Bits() == 0:
		return yes
	case !holdsPublic(prefix):
		return no
	}
	return perhaps
}

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

var (
	// privateRanges never cross the internet (IANA, "Special-Purpose Address Registry", where "Globally Reachable" is
	// false).
	privateRanges = prefixes("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
	// unroutable addresses never leave a subnet: this host, loopback, link-local, multicast, reserved.
	unroutable = prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
		"::/128", "::1/128", "fe80::/10", "ff00::/8")
	everywhere = prefixes("0.0.0.0/0", "::/0")
)

// holdsPublic tells whether a range has public addresses: it lies in no range that has none.
func holdsPublic(p netip.Prefix) bool {
	return !slices.ContainsFunc(slices.Concat(privateRanges, unroutable), func(r netip.Prefix) bool {
		return r.Overlaps(p) && r.Bits() <= p.Bits()
	})
}

func (p place) routable() bool {
	return p.List != "" || !slices.ContainsFunc(unroutable, func(r netip.Prefix) bool { return r.Contains(p.First) })
}

func (p place) public() bool {
	return p.List != "" || holdsPublic(netip.PrefixFrom(p.First, p.First.BitLen()))
}

// divide cuts the address space at the ends of every range, so that each part is inside or outside each range as a whole.
func divide(ranges []netip.Prefix) []place {
	var starts []netip.Addr
	for _, r := range slices.Concat(everywhere, privateRanges, unroutable, ranges) {
		starts = append(starts, r.Masked().Addr())
		if next := lastOf(r).Next(); next.IsValid() {
			starts = append(starts, next)
		}
	}
	slices.SortFunc(starts, netip.Addr.Compare)
	starts = slices.Compact(starts)
	var out []place
	for i, first := range starts {
		last := lastOf(netip.PrefixFrom(first, 0))
		if i+1 < len(starts) && starts[i+1].BitLen() == first.BitLen() {
			last = starts[i+1].Prev()
		}
		out = append(out, place{AddressRange: AddressRange{First: first, Last: last}})
	}
	return out
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < p.Addr().BitLen(); bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// joined sorts ranges and puts together those that touch.
func joined(ranges []AddressRange) []AddressRange {
	slices.SortFunc(ranges, func(a, b AddressRange) int {
		if c := strings.Compare(a.List, b.List); c != 0 {
			return c
		}
		return a.First.Compare(b.First)
	})
	var out []AddressRange
	for _, r := range ranges {
		n := len(out) - 1
		if n < 0 || !r.touches(out[n]) {
			out = append(out, r)
		} else if r.List == "" && r.Last.Compare(out[n].Last) > 0 {
			out[n].Last = r.Last
		}
	}
	return out
}

// touches tells whether the range overlaps the one before it, or begins where that ends.
func (r AddressRange) touches(before AddressRange) bool {
	if r.List != "" || before.List != "" {
		return r.List == before.List
	}
	next := before.Last.Next()
	return next.IsValid() && r.First.Compare(next) <= 0
}
