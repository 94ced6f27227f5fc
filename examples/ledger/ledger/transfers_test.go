package ledger

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

const salary = `{"reference": "salary", "from": 1, "to": 2, "cents": 5000}`

func TestATransferChangesBothBalances(t *testing.T) {
	c, _ := newClient(t)
	c.expect(201, "POST", "/transfers", salary)
	if bank, ann := c.balance("/accounts/1"), c.balance("/accounts/2"); bank != -5000 || ann != 5000 {
		t.Errorf("balances are %v and %v", bank, ann)
	}
}

func TestATransferHappensOnce(t *testing.T) {
	c, _ := newClient(t)
	first := c.expect(201, "POST", "/transfers", salary)
	again := c.expect(200, "POST", "/transfers", salary)
	if first["id"] != again["id"] || c.balance("/accounts/2") != 5000 {
		t.Errorf("%v, then %v", first, again)
	}
	c.expect(409, "POST", "/transfers", `{"reference": "salary", "from": 1, "to": 2, "cents": 1}`)
}

func TestACustomerPaysNoMoreThanThereIs(t *testing.T) {
	c, _ := newClient(t)
	c.expect(201, "POST", "/transfers", salary)
	c.expect(409, "POST", "/transfers", `{"reference": "rent", "from": 2, "to": 1, "cents": 5001}`)
	if ann := c.balance("/accounts/2"); ann != 5000 {
		t.Errorf("the balance is %v", ann)
	}
	c.expect(201, "POST", "/transfers", `{"reference": "rent", "from": 2, "to": 1, "cents": 5000}`)
}

func TestTransfersAtTheSameTime(t *testing.T) {
	c, l := newClient(t)
	var all sync.WaitGroup
	failures := make(chan error, 40)
	for n := range 40 {
		all.Add(1)
		go func() {
			defer all.Done()
			wanted := Transfer{Reference: fmt.Sprint(n / 2), From: 1, To: 2, Cents: 100}
			_, _, err := l.Transfer(context.Background(), wanted)
			failures <- err
		}()
	}
	all.Wait()
	close(failures)
	for err := range failures {
		if err != nil {
			t.Error(err)
		}
	}
	if ann := c.balance("/accounts/2"); ann != 2000 {
		t.Errorf("20 transfers of 100, each sent twice, come to %v", ann)
	}
}

func TestWhatIsNotValidIsRefused(t *testing.T) {
	c, _ := newClient(t)
	for body, status := range map[string]int{
		``:                                 400,
		`[]`:                               400,
		`{"reference": "a", "amount": 1}`:  400,
		`{"from": 1, "to": 2, "cents": 1}`: 422,
		`{"reference": "a", "from": 1, "to": 1, "cents": 1}`:  422,
		`{"reference": "a", "from": 1, "to": 2, "cents": 0}`:  422,
		`{"reference": "a", "from": 1, "to": 99, "cents": 1}`: 422,
	} {
		c.expect(status, "POST", "/transfers", body)
	}
	c.expect(422, "POST", "/accounts", `{"name": ""}`)
	c.expect(409, "POST", "/accounts", `{"name": "Ann"}`)
	c.expect(404, "GET", "/accounts/99", "")
	c.expect(404, "GET", "/accounts/ann", "")
}
