package decisions

import (
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/policy/authorization"
)

// compliantRequest is what the row about a request without any deviation says.
const compliantRequest = "the compliant request"

// generatedID stands where a hand-written row has the id of what it proves.
const generatedID = "generated"

// generatedFor are the personas for whom rows are generated: those that call SageMaker for others, one of the people, who
// all carry the same guardrails, and one that must not call it.
func generatedFor() []controls.Persona {
	return []controls.Persona{controls.Notebook, controls.Pipeline, controls.DataScientist, controls.Job}
}

// Generated returns rows for every SageMaker action that a rule of the catalogue covers: the compliant request, which is
// allowed to whoever is granted the action, and each single deviation from it, which is denied to everybody.
func Generated(e controls.Environment) []Row {
	g := newGenerator(e)
	covered := map[string]bool{}
	for _, c := range controls.Catalogue() {
		for _, r := range c.Rules {
			if r.Applies != nil && !r.Applies(e) {
				continue
			}
			for _, action := range r.Actions() {
				if !covered[action] {
					covered[action] = true
					g.add(action, c.ID, compliantRequest, g.requests[action], true)
				}
				g.deviate(c.ID, r, action)
			}
		}
	}
	return g.rows
}

// administrator is a role of the account with all rights and no guardrails of its own.
const administrator = "administrator"

// GeneratedForAdministrators returns the generated rows as they hold for a role with all rights where the organisation's policies
// are attached: what complies passes, unless it is withheld from everybody, and each deviation is refused.
func GeneratedForAdministrators(e controls.Environment) []Row {
	var rows []Row
	compliant := map[string]bool{}
	for _, r := range Generated(e) {
		action := r.Action[0]
		if r.About == compliantRequest {
			if compliant[action] {
				continue // one row for those who are granted the action, another for the rest
			}
			compliant[action] = true
			r.Expect, r.Control = "allow", ""
			if id := controls.WithheldBy(action); id != "" {
				r.Expect, r.Control = "deny", id
			}
		} else if r.Expect == "allow" || r.Control == notGranted {
			continue // an absence that is tolerated
		}
		rows = append(rows, r.inOrganization(administrator, "arn:aws:iam::{account}:role/administrator"))
	}
	return rows
}

// GeneratedForDeployment returns rows for the roles that deploy, where the organisation's policies are attached: what a new
// environment has is foreign to every policy, and must pass.
func GeneratedForDeployment(e controls.Environment) []Row {
	g := newGenerator(e)
	for _, c := range controls.Catalogue() {
		for _, r := range c.Rules {
			if r.General(e) || r.Applies != nil && !r.Applies(e) {
				continue
			}
			for _, action := range r.Actions() {
				if by, ok := controls.Lookup(controls.WithheldBy(action)); !ok || by.Platform {
					g.deviate(c.ID, r, action)
				}
			}
		}
	}
	var rows []Row
	for _, r := range g.rows {
		if !strings.HasSuffix(r.About, " is foreign") && !strings.HasSuffix(r.About, " is one too large") {
			continue
		}
		r.Expect, r.Control = "allow", ""
		rows = append(rows, r.inOrganization("deployment", "arn:aws:iam::{account}:role/cdk-hnb659fds-cfn-exec-role-{account}-{region}"))
	}
	return rows
}

// inOrganization makes the row one about another principal, where the organisation's policies are attached.
func (r Row) inOrganization(who, arn string) Row {
	r.Who, r.principals, r.organization = Values{who}, map[string]string{who: arn}, true
	r.Via, r.Family = "corporate", "organization "+r.Family
	return r
}

type generator struct {
	e          controls.Environment
	classifier controls.Classifier
	// requests hold everything that the rules ask of an action, by action.
	requests map[string]map[string]Values
	rows     []Row
}

func newGenerator(e controls.Environment) *generator {
	g := &generator{e: e, classifier: controls.NewClassifier(e), requests: map[string]map[string]Values{}}
	g.makeRequests()
	return g
}

// makeRequests makes the compliant request of every action that a rule covers.
func (g *generator) makeRequests() {
	for _, c := range controls.Catalogue() {
		for _, r := range c.Rules {
			if r.Applies != nil && !r.Applies(g.e) {
				continue
			}
			value, ok := g.good(r)
			for _, action := range r.Actions() {
				if g.requests[action] == nil {
					g.requests[action] = map[string]Values{}
				}
				if ok {
					g.requests[action][r.Key] = value
				}
			}
		}
	}
	for action, keys := range companions {
		maps.Copy(g.requests[action], keys)
	}
}

// add makes two rows, one for those who are granted the action and one for those who are not.
func (g *generator) add(action, control, about string, context map[string]Values, compliant bool) {
	var granted, others []string
	for _, p := range generatedFor() {
		if class, err := g.classifier.Classify(p, action); err == nil && compliant && class.Granted {
			granted = append(granted, string(p))
		} else {
			others = append(others, string(p))
		}
	}
	tagged := "none"
	if !strings.HasPrefix(action, "sagemaker:Create") {
		tagged = "own"
	}
	row := Row{
		ID: generatedID, About: about, Action: Values{action}, Resource: Values{resourceOf(g.e, action)}, Owner: "own", Via: "endpoint",
		Tagged: tagged, Context: context, Control: control, Family: "generated " + control,
	}
	if len(granted) > 0 {
		row.Who, row.Expect = granted, "allow"
		g.rows = append(g.rows, row)
	}
	if len(others) > 0 {
		row.Who, row.Expect = others, "deny"
		if compliant {
			row.Control = notGranted
		}
		g.rows = append(g.rows, row)
	}
}

// companions are keys that belong to a sensible request although no rule asks for them.
var companions = map[string]map[string]Values{
	"sagemaker:CreateFeatureGroup": {
		"sagemaker:FeatureGroupOfflineStoreConfig": {"true"}, "sagemaker:FeatureGroupEnableOnlineStore": {"true"},
	},
}

// good is a compliant value of the rule's key, none where compliance means absence.
func (g *generator) good(r controls.Rule) (Values, bool) {
	switch m := r.Must; {
	case m.OneOf != nil:
		return m.OneOf(g.e)[:1], true
	case m.Like != nil:
		return Values{strings.ReplaceAll(m.Like(g.e)[0], "*", "x")}, true
	case m.True:
		return Values{"true"}, true
	case m.AtMost != nil:
		return Values{strconv.Itoa(m.AtMost(g.e))}, true
	}
	return nil, false
}

// deviate adds the single deviations of the action's request under the rule.
func (g *generator) deviate(control string, r controls.Rule, action string) {
	bad := func(about string, value Values) {
		context := maps.Clone(g.requests[action])
		context[r.Key] = value
		g.add(action, control, r.Key+" "+about, context, false)
	}
	switch m := r.Must; {
	case m.OneOf != nil, m.Like != nil:
		g.deviateValues(r, action, bad)
		g.absent(control, r, action)
	case m.True:
		bad("is false", Values{"false"})
		g.absent(control, r, action)
	case m.NotTrue:
		bad("is true", Values{"true"})
	case m.Unset:
		bad("is set", Values{"1"})
	case m.AtMost != nil:
		bad("is one too large", Values{strconv.Itoa(m.AtMost(g.e) + 1)})
		if m.Default > m.AtMost(g.e) {
			g.absent(control, r, action)
		}
	}
}

var resourceID = regexp.MustCompile(`[0-9a-f]{8,}$`)

// deviateValues: a foreign value, one foreign among good ones, the right value in other letters, of another partition.
func (g *generator) deviateValues(r controls.Rule, action string, bad func(string, Values)) {
	value, _ := g.good(r)
	foreign := "foreign-" + value[0]
	switch {
	case strings.HasPrefix(value[0], "arn:"):
		foreign = strings.Replace(value[0], ":"+g.e.Account+":", ":"+strangerAccount+":", 1)
	case resourceID.MatchString(value[0]):
		foreign = resourceID.ReplaceAllString(value[0], "0123456789abcdef0")
	}
	key, _ := authorization.LookupKey(r.Key)
	bad("is foreign", Values{foreign})
	if upper := strings.ToUpper(value[0]); upper != value[0] {
		bad("is written in capitals", Values{upper})
	}
	if strings.HasPrefix(value[0], "arn:aws:") {
		bad("is of another partition", Values{strings.Replace(value[0], "arn:aws:", "arn:aws-cn:", 1)})
	}
	if key.Many {
		bad("has a foreign value among good ones", Values{value[0], foreign})
	}
}

// absent takes the key away, and for a set of values empties it. The rule says whether that is tolerated.
func (g *generator) absent(control string, r controls.Rule, action string) {
	absence, special := r.Absent[action]
	tolerated := special && len(absence.Refused) == 0
	without := maps.Clone(g.requests[action])
	delete(without, r.Key)
	g.add(action, control, r.Key+" is absent", without, tolerated)
	if key, _ := authorization.LookupKey(r.Key); key.Many {
		empty := maps.Clone(without)
		empty[r.Key] = Values{}
		g.add(action, control, r.Key+" is empty", empty, tolerated)
	}
}

// resourceOf makes an ARN of the action's own kind of resource, under a name of the environment's.
func resourceOf(e controls.Environment, action string) string {
	a, _ := authorization.LookupAction(action)
	return a.ARN(func(variable string) string {
		switch variable {
		case "Partition":
			return e.Partition
		case "Region":
			return e.Region
		case "Account":
			return e.Account
		case "ModelPackageName":
			return e.Project + "-" + e.Name + "-x/1" // a version of a group
		}
		return e.Project + "-" + e.Name + "-x"
	})
}
