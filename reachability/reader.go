package reachability

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/secureml/environments/inventory"
)

// builder fills a network from resources.
type builder struct {
	*Network
	known   map[PrefixList]string
	pending []pendingResource
	// unnamed are prefix lists of gateway endpoints whose ids are not known.
	unnamed []unnamedList
	// loadBalancers become interfaces when their listeners are known.
	loadBalancers []*Interface
	errs          []error
}

type pendingResource struct {
	kind      kind
	view      inventory.View
	id, label string
	condition string
	// rules tells to read the rules inside, and nothing else.
	rules bool
}

func newBuilder(in Input) *builder {
	return &builder{known: in.PrefixLists, Network: &Network{
		vpcs: map[string]*vpc{}, subnets: map[string]*subnet{}, groups: map[string]*group{}, tables: map[string]*routeTable{},
		acls: map[string]*acl{}, prefixLists: map[string]*prefixList{}, gateways: map[string]gateway{},
		balancers: map[string]*balancer{}, services: map[string]*endpointService{}, endpoints: map[string]*Interface{},
		zones: map[string]*zone{}, parameters: map[[3]string]string{},
	}}
}

// collect finds the resources of a stack that matter, and refuses those of unknown types.
func (b *builder) collect(v inventory.View) {
	if v.Stack.Template.Transform != nil {
		b.errs = append(b.errs, fmt.Errorf("%s: macros (Transform) rewrite the template; judge what they make of it", v.Stack.ID))
	}
	for id, r := range v.Resources {
		label := v.Stack.ID + "/" + id
		k, ok := understood[r.Type]
		switch {
		case ok:
			p := pendingResource{kind: k, view: v, id: id, label: label, condition: r.Condition}
			b.pending = append(b.pending, p)
			if p.rules = k.rules != nil; p.rules {
				p.kind.phase++
				b.pending = append(b.pending, p)
			}
		case !isQuiet(r.Type):
			b.errs = append(b.errs, fmt.Errorf(
				"%s: it is not known whether %s carries traffic; say so in reachability/types.go, or take it out of the template", label, r.Type))
		}
	}
}

// readInto reads the resource's properties, and refuses those that were not asked for.
func (p pendingResource) readInto(b *builder) {
	r := p.reader(b)
	if p.rules {
		p.kind.rules(b, r)
		return
	}
	if p.condition != "" {
		r.fail("exists under the condition %s only; judge a template for each outcome", p.condition)
	}
	p.kind.read(b, r)
	r.done()
}

func (p pendingResource) reader(b *builder) *reader {
	return &reader{
		b: b, view: p.view, id: p.id, label: p.label, values: p.view.Resources[p.id].Properties, seen: map[string]bool{},
		resolver: inventory.NewResolver(p.view.Stack, p.view.Account, p.view.Region),
	}
}

// reader reads the properties of a resource, or an object among them, and remembers which nobody asked for.
type reader struct {
	b        *builder
	view     inventory.View
	resolver inventory.Resolver
	// id is the logical id, label the stack and the logical id, path the property that the reader is in.
	id, label, path string
	values          map[string]any
	seen            map[string]bool
}

func (r *reader) name() string { return r.label + r.path }

func (r *reader) fact(format string, arguments ...any) Fact {
	return Fact{Resource: r.name(), Says: fmt.Sprintf(format, arguments...)}
}

func (r *reader) fail(format string, arguments ...any) {
	r.b.errs = append(r.b.errs, fmt.Errorf("%s: %s", r.name(), fmt.Sprintf(format, arguments...)))
}

// done refuses properties that were not read: they may mean something for traffic.
func (r *reader) done() {
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		if !r.seen[name] {
			r.fail("the property %s is not understood", name)
		}
	}
}

// skip names properties that have no influence on traffic.
func (r *reader) skip(names ...string) {
	for _, name := range names {
		r.seen[name] = true
	}
}

// text returns a property as text, "" without it.
func (r *reader) text(name string) string {
	r.seen[name] = true
	switch v := r.values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	r.fail("%s is %v, not a text", name, r.values[name])
	return ""
}

func (r *reader) flag(name string, absent bool) bool {
	r.seen[name] = true
	switch v := r.values[name].(type) {
	case nil:
		return absent
	case bool:
		return v
	case string:
		if parsed, err := strconv.ParseBool(v); err == nil {
			return parsed
		}
	}
	r.fail("%s is %v; write true or false", name, r.values[name])
	return absent
}

// number returns a whole number, and whether there is one.
func (r *reader) number(name string) (int, bool) {
	text := r.text(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.fail("%s is %q, not a whole number", name, text)
	}
	return n, err == nil
}

func (r *reader) texts(name string) []string {
	r.seen[name] = true
	list, ok := r.values[name].([]any)
	if !ok && r.values[name] != nil {
		r.fail("%s is %v, not a list", name, r.values[name])
	}
	var out []string
	for _, member := range list {
		text, ok := member.(string)
		if !ok {
			r.fail("%s holds %v, not a text", name, member)
		}
		out = append(out, text)
	}
	return out
}

// object returns a reader of the object, nil without it.
func (r *reader) object(name string) *reader {
	r.seen[name] = true
	if r.values[name] == nil {
		return nil
	}
	return r.within(name, r.values[name])
}

func (r *reader) objects(name string) []*reader {
	r.seen[name] = true
	list, ok := r.values[name].([]any)
	if !ok && r.values[name] != nil {
		r.fail("%s is %v, not a list", name, r.values[name])
	}
	var out []*reader
	for i, member := range list {
		out = append(out, r.within(fmt.Sprintf("%s[%d]", name, i), member))
	}
	return out
}

func (r *reader) within(path string, value any) *reader {
	inner := *r
	inner.path += "." + path
	inner.seen = map[string]bool{}
	inner.values, _ = value.(map[string]any)
	if inner.values == nil {
		inner.fail("is %v, not an object", value)
	}
	return &inner
}

// prefix returns a range of addresses, the zero one without it.
func (r *reader) prefix(name string) netip.Prefix {
	text := r.text(name)
	if text == "" {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		r.fail("%s is %q, which is known at deployment only, or no range of addresses; write it as 10.0.0.0/16", name, text)
	case p != p.Masked():
		r.fail("%s is %s; the range is written %s", name, text, p.Masked())
	}
	return p.Masked()
}

// ids are the names by which the stack refers to the resource: its Ref, and attributes that are the same.
func (r *reader) ids(attributes ...string) []string {
	out := []string{r.resolve(map[string]any{"Ref": r.id})}
	for _, a := range attributes {
		out = append(out, r.resolve(map[string]any{"Fn::GetAtt": []any{r.id, a}}))
	}
	return out
}

func (r *reader) attribute(name string) string {
	return r.resolve(map[string]any{"Fn::GetAtt": []any{r.id, name}})
}

func (r *reader) resolve(intrinsic map[string]any) string {
	value, err := r.resolver.Resolve(intrinsic)
	if err != nil {
		r.fail("%v", err)
	}
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	text, _ := value.(string)
	return text
}

func register[T any](into map[string]T, value T, ids ...string) {
	for _, id := range ids {
		into[id] = value
	}
}

// find returns what the id names, and fails when the stacks do not hold it.
func find[T any](r *reader, property, id string, in map[string]*T) *T {
	found := in[id]
	if found == nil {
		r.fail("%s is %q, which these stacks do not hold; give the stack that holds it too", property, id)
	}
	return found
}

func findAll[T any](r *reader, property string, in map[string]*T) []*T {
	var out []*T
	for _, id := range r.texts(property) {
		if found := find(r, property, id, in); found != nil {
			out = append(out, found)
		}
	}
	return out
}

func (r *reader) vpc(property string) *vpc { return find(r, property, r.text(property), r.b.vpcs) }

// oneVPC returns the VPC of the subnets, nil where there is none, and fails on subnets of several.
func (r *reader) oneVPC(subnets []*subnet) *vpc {
	if len(subnets) == 0 {
		return nil
	}
	for _, s := range subnets[1:] {
		if s.vpc != subnets[0].vpc {
			r.fail("the subnets %s and %s are of different VPCs", subnets[0].label, s.label)
		}
	}
	return subnets[0].vpc
}

func short(service string) string { return service[strings.LastIndex(service, ".")+1:] }
