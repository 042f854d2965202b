package deployment

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// Credentials of a session in an account.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// Call is one request of an AWS API.
type Call struct {
	// Account whose credentials are used, empty for the emulator's default one.
	Account string `json:"account,omitempty"`
	Region  string `json:"region"`
	// Service as the SDK calls it, such as ssm, and Operation as the API does, such as GetParameter.
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Input     any    `json:"input,omitempty"`
	// Check sends nothing; it only holds the input against the SDK's model of the service.
	Check bool `json:"check,omitempty"`
}

// Caller makes calls with the real SDK, in a process of its own. It is not safe for concurrent use.
type Caller struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// NewCaller starts a caller that talks to the emulator.
func (e *Emulator) NewCaller() (*Caller, error) {
	c := &Caller{command: e.python("call.py")}
	var err error
	if c.in, err = c.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	return c, c.command.Start()
}

// Close ends the process.
func (c *Caller) Close() {
	c.in.Close()
	_ = c.command.Wait() // its exit code says nothing more
}

// Do makes the call and decodes the answer, all pages of it, into a value with the fields that are wanted; nil for none.
func (c *Caller) Do(call Call, into any) error {
	if err := json.NewEncoder(c.in).Encode(call); err != nil {
		return err
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the process of the SDK ended: %w", err)
	}
	var answer struct {
		Output json.RawMessage
		Error  string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("%s %s: %w", call.Service, call.Operation, errors.New(answer.Error))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Output, into)
}

// Credentials of a role in the account.
func (c *Caller) Credentials(account, region string) (Credentials, error) {
	var answer struct{ Credentials Credentials }
	err := c.Do(Call{Region: region, Service: "sts", Operation: "AssumeRole", Input: map[string]string{
		"RoleArn": "arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole", "RoleSessionName": "deployment",
	}}, &answer)
	return answer.Credentials, err
}
