package language_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/guard/language"
)

// document is what the rules of TestMeaning are evaluated for.
const document = `{"Resources": {
	"A": {"Type": "T", "Name": "one", "Count": 3, "On": true, "List": [{"K": "x", "V": 1}, {"K": "y"}], "Empty": [], "Nothing": {},
		"Ref": {"Ref": "B"}, "Texts": ["p", {"Ref": "B"}, "q"], "Single": {"K": "x"}},
	"B": {"Type": "T", "Name": "two", "List": [{"K": "z"}], "Blank": "", "Texts": "p", "Ref": {"Ref": "B"}},
	"C": {"Type": "U", "Name": "three", "Ref": {"Ref": "A"}}
}}`

const selections = `
let ts = Resources.*[ Type == 'T' ]
let us = Resources.*[ Type == 'U' ]
let none = Resources.*[ Type == 'X' ]
let named_refs = Resources.*[ Ref.Ref exists ]
let refs = %named_refs.Ref.Ref
let referred = Resources[ keys in %refs ]
let referred_count = count(%referred)
let t_count = count(%ts)
let none_count = count(%none)
let short = /^[a-z]{3}$/
`

// meanings are rules with their status for the document; cfn-guard says the same of each.
var meanings = []struct {
	rule string
	want language.Status
}{
	{`%ts.Name == 'one'`, language.Fail},
	{`%ts.Name in ['one', 'two']`, language.Pass},
	{`%ts.Name not in ['three']`, language.Pass},
	{`%ts.Name != 'three'`, language.Pass},
	{`%ts.Name == %short`, language.Pass},
	{`%us.Name == %short`, language.Fail},
	{`%ts.Name == /^(one|two)$/`, language.Pass},
	{`%ts.Missing == 'a'`, language.Fail},
	{`%ts.Missing != 'a'`, language.Fail},
	{`%ts.Missing in ['a']`, language.Fail},
	{`%ts.Missing exists`, language.Fail},
	{`%ts.Missing !exists`, language.Pass},
	{`%ts.Missing not exists`, language.Pass},
	{`%ts.Missing empty`, language.Pass},
	{`%ts.Missing !empty`, language.Fail},
	{`%ts.Name exists`, language.Pass},
	{`%ts.Count exists`, language.Fail},
	{`some %ts.Count exists`, language.Pass},
	{`some %ts.Name == 'one'`, language.Pass},
	{`some %ts.Name == 'four'`, language.Fail},
	{`Resources.A.Count == 3`, language.Pass},
	{`Resources.A.Count == '3'`, language.Fail},
	{`Resources.A.Count != '3'`, language.Fail},
	{`Resources.A.Count in ['3', 3]`, language.Pass},
	{`Resources.A.Count in [-3, 4]`, language.Fail},
	{`Resources.A.Count <= 3`, language.Pass},
	{`Resources.A.Count < 3`, language.Fail},
	{`Resources.A.Count >= 3`, language.Pass},
	{`Resources.A.Count > 3`, language.Fail},
	{`Resources.A.Name <= 3`, language.Fail},
	{`Resources.A.On == true`, language.Pass},
	{`Resources.A.On == false`, language.Fail},
	{`Resources.A.On in ['true', false]`, language.Fail},
	{`Resources.A.Ref == 'B'`, language.Fail},
	{`Resources.A.Ref != 'B'`, language.Fail},
	{`Resources.A.Ref in ['B']`, language.Fail},
	{`Resources.A.'Ref'.Ref == 'B'`, language.Pass},
	{`Resources.A.Empty empty`, language.Pass},
	{`Resources.A.Nothing empty`, language.Pass},
	{`Resources.B.Blank empty`, language.Pass},
	{`Resources.A.List !empty`, language.Pass},
	{`Resources.A.Name !empty`, language.Pass},
	{`Resources.A.Name is_string`, language.Pass},
	{`Resources.A.Name !is_string`, language.Fail},
	{`Resources.A.List is_list`, language.Pass},
	{`Resources.A.Ref is_struct`, language.Pass},
	{`Resources.A.Count is_int`, language.Pass},
	{`Resources.A.On is_bool`, language.Pass},
	{`Resources.A.On is_int`, language.Fail},
	{`Resources.A.Missing is_string`, language.Fail},
	{`Resources.A.List[*].K in ['x', 'y']`, language.Pass},
	{`Resources.A.List[*].K == 'x'`, language.Fail},
	{`Resources.A.List[0].K == 'x'`, language.Pass},
	{`Resources.A.List[1].V == 1`, language.Fail},
	{`Resources.A.List[7] exists`, language.Fail},
	{`Resources.A.Empty[*].K == 'x'`, language.Fail},
	{`Resources.A.Single[*].K == 'x'`, language.Pass},
	{`some Resources.A.Texts[*] == 'q'`, language.Pass},
	{`some Resources.A.Texts[*] == 'r'`, language.Fail},
	{`some Resources.B.Texts[*] == 'p'`, language.Pass},
	{`some Resources.A.Texts[*].Ref == 'B'`, language.Pass},
	{`%ts empty`, language.Fail},
	{`%ts !empty`, language.Pass},
	{`%none empty`, language.Pass},
	{`%none !empty`, language.Fail},
	{`%none.Name == 'one'`, language.Skip},
	{`%none { Name == 'one' }`, language.Skip},
	{`%ts[ Name == 'one' ] empty`, language.Fail},
	{`%ts[ Name == 'four' ] empty`, language.Pass},
	{`%ts[ Name == 'one'  Count == 4 ] empty`, language.Pass},
	{`%ts[ Name == 'four' or Name == 'one' ].Count == 3`, language.Pass},
	{`%ts[ Count !exists ].Name == 'two'`, language.Pass},
	{`%ts[*].Name in ['one', 'two']`, language.Pass},
	{`%ts.Name == 'one' or %us.Name == 'three'`, language.Pass},
	{`%ts.Name == 'one' or %us.Name == 'two'`, language.Fail},
	{`%ts { Name == 'one' or Name == 'two' }`, language.Pass},
	{`%ts { let all = List[*] %all[ K == 'x' ] !empty }`, language.Fail},
	{`%us { let all = List[*] %all[ K == 'x' ] empty }`, language.Pass},
	{`%us { let all = List[*] %all !empty }`, language.Fail},
	{`%ts { when Count exists { Name == 'one' } }`, language.Pass},
	{`%ts { when Count exists { Name == 'two' } }`, language.Fail},
	{`%us { when Count exists { Name == 'two' } }`, language.Skip},
	{`%ts.Missing { K == 'x' }`, language.Fail},
	{`%ts.List[*] { K in ['x', 'y', 'z'] }`, language.Pass},
	{`%referred !empty`, language.Pass},
	{`%referred.Name in ['one', 'two']`, language.Pass},
	{`%referred_count == 2`, language.Pass},
	{`%referred_count == %t_count`, language.Pass},
	{`%none_count == %t_count`, language.Fail},
	{`%none_count == 0`, language.Pass},
	{`%t_count >= 2`, language.Pass},
}

func ruleFile() string {
	var text strings.Builder
	text.WriteString(selections)
	for i, m := range meanings {
		text.WriteString("rule r" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + " {\n" + m.rule + "\n}\n")
	}
	return text.String()
}

func TestMeaning(t *testing.T) {
	file, err := language.Parse(ruleFile())
	if err != nil {
		t.Fatal(err)
	}
	for i, result := range file.Evaluate(decode(t, document)) {
		if result.Status != meanings[i].want {
			t.Errorf("%s: %v, want %v", meanings[i].rule, result.Status, meanings[i].want)
		}
		if (len(result.Findings) > 0) != (result.Status == language.Fail) {
			t.Errorf("%s: %v with %d findings", meanings[i].rule, result.Status, len(result.Findings))
		}
	}
}

// TestCfnGuardMeansTheSame evaluates the same rules by cfn-guard.
func TestCfnGuardMeansTheSame(t *testing.T) {
	binary := os.Getenv("SECUREML_CFN_GUARD")
	if binary == "" {
		t.Skip("cfn-guard is not compared with: SECUREML_CFN_GUARD does not name one")
	}
	payload, err := json.Marshal(map[string][]string{"rules": {ruleFile()}, "data": {document}})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "validate", "--payload", "--structured", "--output-format", "json", "--show-summary", "none")
	command.Stdin = bytes.NewReader(payload)
	out, err := command.Output()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	var reports []struct {
		NotCompliant []struct {
			Rule struct{ Name string }
		} `json:"not_compliant"`
		NotApplicable []string `json:"not_applicable"`
		Compliant     []string
	}
	if err := json.Unmarshal(out, &reports); err != nil || len(reports) != 1 {
		t.Fatalf("%v: %.500s", err, out)
	}
	file, err := language.Parse(ruleFile())
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range file.Names() {
		status := language.Fail
		if slices.Contains(reports[0].Compliant, name) {
			status = language.Pass
		} else if slices.Contains(reports[0].NotApplicable, name) {
			status = language.Skip
		}
		if status != meanings[i].want {
			t.Errorf("%s: by cfn-guard %v, want %v", meanings[i].rule, status, meanings[i].want)
		}
	}
}

func TestFindings(t *testing.T) {
	file, err := language.Parse(`
let ts = Resources.*[ Type == 'T' ]
rule where {
	%ts.Count == 4 <<a>>
	%ts { Name == 'four' <<b>> }
	%ts[ Name == 'one' ] empty <<c
		d>>
	%ts.Blank == 'x' or %ts.Name == 'y' <<e>>
}`)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, f := range file.Evaluate(decode(t, document))[0].Findings {
		have = append(have, strings.Join(f.Path, "/")+" "+f.Message)
	}
	want := []string{
		"Resources/A/Count a", "Resources/B a", "Resources/A/Name b", "Resources/B/Name b", "Resources/A c d", "Resources/A/Name e",
	}
	if !slices.Equal(have, want) {
		t.Errorf("findings are\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

// TestRefused: what is not understood is refused, never skipped.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"rule a { %x exists }":                    "line 1: no variable x is declared here",
		"rule a {\n A.B[*][ C exists ] empty }":   "line 2: a filter may follow a variable or .* only",
		"rule a { A[ C exists ] empty }":          "a filter may follow a variable or .* only",
		"rule a { A exists } rule a { B exists }": "there are two rules a",
		"rule a { }": "there is nothing to check before }",
		"rule a { AWS::S3::Bucket { A exists } }": "expected an operator",
		"rule a { b }":                                     "expected an operator",
		"rule a { A == B }":                                "expected a value",
		"rule a { A == 1.5 }":                              "expected a name",
		"rule a { A == r[1, 5] }":                          "expected a value",
		"rule a { A == 'x }":                               "the text has no end",
		"rule a { A == /x }":                               "the regular expression has no end",
		"rule a { A == /(/ }":                              "missing closing )",
		"rule a { A exists <<m }":                          "the message has no end",
		"rule a { A exists":                                "expected a name",
		"rule a when { A exists }":                         "when needs a condition",
		"rule a(x) { A exists }":                           "expected {",
		"rule a { not A exists }":                          "expected an operator",
		"A exists":                                         "expected let or rule",
		"let a = 'x' rule b { %a == 'x' }":                 "the variable a is of another kind",
		"let a = A.B rule b { C == %a }":                   "the variable a is of another kind",
		"let a = 'x' let b = count(%a) rule c { %b == 1 }": "the variable a is of another kind",
		"let a = A.B rule b { %a { let c = D %c exists } %c exists }": "no variable c is declared here",
		"let a = A.B rule b { C[ keys == 'x' ] empty }":               "expected in after keys",
		"let a = join(%b, ',') rule b { C exists }":                   "expected let or rule",
		"rule a { A is_float }":                                       "expected an operator",
	} {
		_, err := language.Parse(source)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", source, err, want)
		}
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var out any
	if err := decoder.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
