/** An event of the site's own, with what it earned. */
document.getElementById('order').addEventListener('click', () => {
  const details = { revenue: { amount: '19.99', currency: 'EUR' } };
  window.clickstream('track', 'order', { size: 'large' }, details);
});
