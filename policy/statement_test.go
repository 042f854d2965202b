package policy

import "testing"

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Statement
		want string
	}{
		{
			name: "single values are not lists",
			in:   Statement{Sid: "A", Effect: Allow, Actions: []string{"s3:GetObject"}, Resources: []string{"*"}},
			want: `{"Action":"s3:GetObject","Effect":"Allow","Resource":"*","Sid":"A"}`,
		},
		{
			name: "order of values is kept",
			in:   Statement{Effect: Deny, NotActions: []string{"b:B", "a:A"}, NotResources: []string{"y", "x"}},
			want: `{"Effect":"Deny","NotAction":["b:B","a:A"],"NotResource":["y","x"]}`,
		},
		{
			name: "conditions of one operator share its object",
			in: Statement{Effect: Deny, Conditions: []Condition{
				{Operator: "Null", Key: "k:A", Values: []string{"true"}},
				{Operator: "Null", Key: "k:B", Values: []string{"false"}},
				{Operator: "Bool", Key: "k:C", Values: []string{"true"}},
			}},
			want: `{"Condition":{"Bool":{"k:C":"true"},"Null":{"k:A":"true","k:B":"false"}},"Effect":"Deny"}`,
		},
		{
			name: "principals",
			in:   Statement{Effect: Allow, Principal: Principal{AWS: []string{"a", "b"}, Services: []string{"s"}}},
			want: `{"Effect":"Allow","Principal":{"AWS":["a","b"],"Service":"s"}}`,
		},
		{
			name: "any principal",
			in:   Statement{Effect: Allow, Principal: Principal{Any: true}},
			want: `{"Effect":"Allow","Principal":"*"}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Document{Statements: []Statement{c.in}}.JSON()
			if want := `{"Statement":[` + c.want + `],"Version":"2012-10-17"}`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
